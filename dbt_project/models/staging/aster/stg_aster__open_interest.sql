with source as (
    {{ latest_version(source('aster', 'open_interest'), ['product', 'symbol', adapter.quote('time')]) }}
),

-- One mark a symbol and run: the answer for open interest has none.
marks as (
    select
        symbol,
        _run_id,
        max_by(mark_price, {{ adapter.quote('time') }}) as mark_price
    from {{ source('aster', 'premium_index') }}
    where mark_price > 0
    group by symbol, _run_id
),

renamed as (
    select
        -- ids
        'aster' as venue,
        source.symbol,
        'aster:' || source.symbol as market_id,

        -- text
        'one_sided' as side_convention,
        case when marks.mark_price > 0 then 'mark' end as price_kind,

        -- numerics: without a mark the facts find a price
        source.open_interest as open_interest_base,
        case when {{ is_dollar_quoted('source.symbol') }} then source.open_interest * marks.mark_price end as open_interest_usd,
        cast(null as double) as long_usd,
        cast(null as double) as short_usd,
        marks.mark_price as price_used,
        {{ told_in_base() }},

        -- timestamps
        {{ from_epoch_ms('source.' ~ adapter.quote('time')) }} as observed_at,
        source._fetched_at as fetched_at,
        source.month
    from source
    left join marks
        on source.symbol = marks.symbol
        and source._run_id = marks._run_id
)

select * from renamed
