-- The venue adds buys and sells, so each contract that changed hands counts twice; trades it counts once.
with one_sided as (
    select
        *,
        amount / 2 as base,
        vol / 2 as contracts,
        trade_turnover / 2 as quote,
        {{ is_htx_inverse() }} as is_inverse
    from ({{ latest_version('htx', 'klines') }}) as source
    where {{ is_htx_perpetual() }}
)

select
    {{ market_of('htx', 'contract_code') }},
    open, high, low, close,
    base as volume_base,
    case when not is_inverse then quote end as volume_quote,
    case when not is_inverse then quote end as volume_usd,
    {{ adapter.quote('count') }} as trades,
    case when is_inverse then contracts end as amount,
    case when is_inverse then 'contracts' else 'base' end as amount_unit,
    contracts as traded_contracts,
    {{ not_given('own_contract_size', 'turnover') }},
    true as is_turnover_sure,
    {{ from_epoch_s('id') }} as opened_at,
    _fetched_at as fetched_at, month
from one_sided
where
    -- a day of theirs begins at 16:00 UTC
    period = '60min'
    and {{ is_closed_hour('id', 's') }}
