with states as (
    {{ latest_version(source('kucoin', 'contract_states'), ['symbol', 'observed_at']) }}
),

history as (
    {{ latest_version(source('kucoin', 'open_interest'), ['symbol', adapter.quote('interval'), 'ts']) }}
),

lots as (
    {{ kucoin_lots() }}
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
        observations.symbol,
        'kucoin:' || observations.symbol as market_id,

        -- text
        'one_sided' as side_convention,
        case when mark_price is not null then 'mark' end as price_kind,

        -- numerics: lots are base on linear, USD on inverse contracts
        open_interest * lot_size / case when is_inverse then mark_price else 1 end as open_interest_base,
        open_interest * lot_size * case when is_inverse then 1 else mark_price end as open_interest_usd,
        cast(null as double) as long_usd,
        cast(null as double) as short_usd,
        mark_price as price_used,

        -- timestamps
        observed_at,
        _fetched_at as fetched_at,
        month
    from observations
    inner join lots
        on observations.symbol = lots.symbol
)

select * from renamed
