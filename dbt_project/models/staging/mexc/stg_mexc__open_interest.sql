with source as (
    {{ latest_version(source('mexc', 'tickers'), ['symbol', adapter.quote('timestamp')]) }}
),

contracts as (
    {{ mexc_contracts() }}
),

priced as (
    select
        source.symbol,
        source.{{ adapter.quote('timestamp') }} as observed_ms,
        source.hold_vol * contracts.contract_size as amount,
        case when source.fair_price > 0 then source.fair_price end as fair_price,
        contracts.is_inverse,
        contracts.is_dollar_quoted,
        source._fetched_at,
        source.month
    from source
    inner join contracts
        on source.symbol = contracts.symbol
    where source.hold_vol is not null
),

renamed as (
    select
        -- ids
        'mexc' as venue,
        symbol,
        'mexc:' || symbol as market_id,

        -- text
        'one_sided' as side_convention,
        case when fair_price is not null then 'mark' end as price_kind,

        -- numerics: contracts are base on linear, USD on inverse ones
        case when is_inverse then amount / fair_price else amount end as open_interest_base,
        case
            when is_inverse then amount
            when is_dollar_quoted then amount * fair_price
        end as open_interest_usd,
        cast(null as double) as long_usd,
        cast(null as double) as short_usd,
        fair_price as price_used,

        -- timestamps
        {{ from_epoch_ms('observed_ms') }} as observed_at,
        _fetched_at as fetched_at,
        month
    from priced
)

select * from renamed
