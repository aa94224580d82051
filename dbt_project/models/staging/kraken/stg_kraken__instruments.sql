-- Old lists name no base: it stands between the prefix and the last USD (PF_USDTUSD is USDT).
with named as (
    select
        *,
        coalesce(base, substring(upper(symbol), 4, length(symbol) - case when right(upper(symbol), 3) = 'USD' then 6 else 3 end)) as base_name
    from ({{ latest_version('kraken', 'instruments') }}) as source
    where
        {{ is_kraken_perpetual() }}
        and last_trading_time is null
)

select
    {{ market_of('kraken', 'upper(symbol)') }},
    'instruments' as list_id,
    -- the base of an xStock ends in a small x
    case when right(base_name, 1) = 'x' then substring(base_name, 1, length(base_name) - 1) else base_name end as base_asset,
    coalesce(quote, 'USD') as quote_asset,
    case when {{ is_kraken_inverse() }} then base_name else 'USD' end as settle_asset,
    case when {{ is_kraken_inverse() }} then 'inverse' else 'linear' end as contract_type,
    case when right(base_name, 1) = 'x' then 'equity' else 'crypto' end as underlying_class,
    -- base per contract (linear) or USD (inverse)
    contract_size,
    cast(1 as bigint) as funding_interval_hours,
    tradeable as is_listed,
    false as is_derived,
    opening_date as listed_at,
    observed_on
from named
