with states as (
    {{ latest_version(source('kucoin', 'contract_states'), ['symbol', 'observed_at']) }}
),

history as (
    {{ latest_version(source('kucoin', 'open_interest'), ['symbol', adapter.quote('interval'), 'ts']) }}
),

-- History gives no price: facts have one.
observations as (
    select
        symbol,
        open_interest,
        case when mark_price > 0 then mark_price end as mark_price,
        observed_at,
        _fetched_at,
        month
    from states
    where open_interest is not null
    union all
    select
        symbol,
        open_interest,
        cast(null as double) as mark_price,
        {{ from_epoch_ms('ts') }} as observed_at,
        _fetched_at,
        month
    from history
),

renamed as (
    select
        -- ids
        'kucoin' as venue,
        symbol,
        'kucoin:' || symbol as market_id,

        -- text
        'one_sided' as side_convention,
        case when mark_price is not null then 'mark' end as price_kind,

        -- numerics: lots
        cast(null as double) as open_interest_base,
        cast(null as double) as open_interest_usd,
        cast(null as double) as long_usd,
        cast(null as double) as short_usd,
        mark_price as price_used,
        open_interest as amount,
        'contracts' as amount_unit,
        cast(null as double) as own_contract_size,

        -- timestamps
        observed_at,
        _fetched_at as fetched_at,
        month
    from observations
    where symbol in {{ kucoin_perpetuals() }}
)

select * from renamed
