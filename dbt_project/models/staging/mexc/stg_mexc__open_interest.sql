with source as (
    {{ latest_version(source('mexc', 'tickers'), ['symbol', adapter.quote('timestamp')]) }}
),

priced as (
    select
        *,
        case when fair_price > 0 then fair_price end as price
    from source
    where
        hold_vol is not null
        and symbol in {{ mexc_perpetuals() }}
),

renamed as (
    select
        -- ids
        'mexc' as venue,
        symbol,
        'mexc:' || symbol as market_id,

        -- text
        'one_sided' as side_convention,
        case when price is not null then 'mark' end as price_kind,

        -- numerics: contracts
        cast(null as double) as open_interest_base,
        cast(null as double) as open_interest_usd,
        cast(null as double) as long_usd,
        cast(null as double) as short_usd,
        price as price_used,
        hold_vol as amount,
        'contracts' as amount_unit,
        cast(null as double) as own_contract_size,

        -- timestamps
        {{ from_epoch_ms(adapter.quote('timestamp')) }} as observed_at,
        _fetched_at as fetched_at,
        month
    from priced
)

select * from renamed
