with priced as (
    select
        *,
        case when fair_price > 0 then fair_price end as price
    from ({{ latest_version('mexc', 'tickers') }}) as source
    where
        hold_vol is not null
        and symbol in {{ mexc_perpetuals() }}
)

select
    {{ market_of('mexc', 'symbol') }},
    'one_sided' as side_convention,
    case when price is not null then 'mark' end as price_kind,
    price as price_used,
    hold_vol as amount,
    'contracts' as amount_unit,
    -- of the last 24 hours: contracts, and quote on linear, base on inverse ones
    volume24 as traded_contracts,
    amount24 as traded_turnover,
    {{ not_given('open_interest_base', 'open_interest_usd', 'long_usd', 'short_usd', 'own_contract_size') }},
    {{ from_epoch_ms(adapter.quote('timestamp')) }} as observed_at,
    _fetched_at as fetched_at, month
from priced
