-- History has contracts or base, by amount_type.
with observations as (
    select contract_code, volume as contracts, amount as base, value, trade_volume, trade_amount, trade_turnover, ts, _fetched_at, month
    from ({{ latest_version('htx', 'open_interest') }}) as snapshots
    union all
    select
        contract_code,
        case when amount_type = 1 then volume end as contracts,
        case when amount_type = 2 then volume end as base,
        value,
        cast(null as double) as trade_volume,
        cast(null as double) as trade_amount,
        cast(null as double) as trade_turnover,
        ts,
        _fetched_at, month
    from ({{ latest_version('htx', 'open_interest_history') }}) as history
)

select
    {{ market_of('htx', 'contract_code') }},
    'one_sided' as side_convention,
    -- the value is that of linear contracts
    base as open_interest_base,
    case when not {{ is_htx_inverse() }} then value end as open_interest_usd,
    contracts as amount,
    'contracts' as amount_unit,
    -- of the last 24 hours: contracts, and quote on linear, base on inverse ones
    trade_volume as traded_contracts,
    case when {{ is_htx_inverse() }} then trade_amount else trade_turnover end as traded_turnover,
    {{ not_given('price_kind', 'long_usd', 'short_usd', 'price_used', 'own_contract_size') }},
    {{ from_epoch_ms('ts') }} as observed_at,
    _fetched_at as fetched_at, month
from observations
where {{ is_htx_perpetual() }}
