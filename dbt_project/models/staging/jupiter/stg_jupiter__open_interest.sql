-- The decimals of a token are not said, but one amount is given with them and, rounded, without.
with amounts as (
    select
        *,
        cast(round(
            log10(cast(aum_token_amount as double) / nullif(cast(replace(aum_token_amount_formatted, ',', '') as double), 0))
        ) as integer) as decimals
    from ({{ latest_version('jupiter', 'custodies') }}) as source
    where symbol not in ('USDC', 'USDT')
),

-- Longs and shorts are each against the pool: one side is the larger one.
sides as (
    select
        symbol,
        cast(aum_usd || 'e-6' as double)
            / nullif(cast(aum_token_amount || 'e-' || cast(decimals as {{ dbt.type_string() }}) as double), 0) as price,
        cast(locked || 'e-' || cast(decimals as {{ dbt.type_string() }}) as double) as long_base,
        cast(global_short_sizes || 'e-6' as double) as short_usd,
        observed_at,
        _fetched_at, month
    from amounts
)

select
    {{ market_of('jupiter', 'symbol') }},
    'long_short' as side_convention,
    case when price > 0 then 'oracle' end as price_kind,
    -- longs are tokens at their price now, shorts the USD they were opened for, as the pool counts them
    case when long_base * price >= short_usd then long_base else short_usd / price end as open_interest_base,
    case when long_base * price >= short_usd then long_base * price else short_usd end as open_interest_usd,
    long_base * price as long_usd,
    short_usd,
    price as price_used,
    {{ told_in_base('open_interest') }},
    observed_at,
    _fetched_at as fetched_at, month
from sides
where price > 0
