with source as (
    {{ latest_version(source('kraken', 'instruments'), ['symbol', 'observed_on']) }}
),

-- Old lists name no base: it stands between the prefix and the last USD (PF_USDTUSD is USDT).
named as (
    select
        *,
        coalesce(base, substring(upper(symbol), 4, length(symbol) - case when right(upper(symbol), 3) = 'USD' then 6 else 3 end)) as base_name
    from source
    where
        {{ is_kraken_perpetual() }}
        and last_trading_time is null
),

renamed as (
    select
        -- ids
        'kraken' as venue,
        upper(symbol) as symbol,
        'kraken:' || upper(symbol) as market_id,
        'instruments' as list_id,

        -- text: the base of an xStock ends in a small x
        case when right(base_name, 1) = 'x' then substring(base_name, 1, length(base_name) - 1) else base_name end as base_asset,
        coalesce(quote, 'USD') as quote_asset,
        case when {{ is_kraken_inverse() }} then base_name else 'USD' end as settle_asset,
        case when {{ is_kraken_inverse() }} then 'inverse' else 'linear' end as contract_type,
        case when right(base_name, 1) = 'x' then 'equity' else 'crypto' end as underlying_class,

        -- numerics: base per contract (linear) or USD (inverse)
        contract_size,
        cast(1 as bigint) as funding_interval_hours,

        -- booleans
        tradeable as is_listed,
        false as is_derived,

        -- timestamps
        opening_date as listed_at,
        observed_on
    from named
)

select * from renamed
