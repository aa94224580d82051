-- Snapshots carry one figure: base for USD-M, contracts for COIN-M. The other unit needs a price, which the
-- facts have.
with snapshots as (
    select
        {{ market_of('binance', 'source.symbol') }},
        case when source.product = 'um' then source.open_interest end as open_interest_base,
        cast(null as double) as open_interest_usd,
        case when source.product = 'cm' then source.open_interest end as contracts,
        {{ from_epoch_ms('source.' ~ adapter.quote('time')) }} as observed_at,
        source._fetched_at as fetched_at, source.month
    from ({{ latest_version('binance', 'open_interest') }}) as source
    where {{ is_binance_perpetual('source.product', 'source.symbol') }}
),

observations as (
    select venue, symbol, market_id, open_interest_base, open_interest_usd, contracts, observed_at, fetched_at, month
    from snapshots
    union all
    select venue, symbol, market_id, open_interest_base, open_interest_usd, contracts, observed_at, fetched_at, month
    from {{ ref('stg_binance__open_interest_history') }}
)

select
    venue,
    symbol,
    market_id,
    'one_sided' as side_convention,
    case when open_interest_usd is not null and open_interest_base > 0 then 'implied' end as price_kind,
    open_interest_base,
    open_interest_usd,
    case when open_interest_base > 0 then open_interest_usd / open_interest_base end as price_used,
    contracts as amount,
    case when contracts is not null then 'contracts' else 'base' end as amount_unit,
    {{ not_given('long_usd', 'short_usd', 'own_contract_size', 'traded_contracts', 'traded_turnover') }},
    observed_at,
    fetched_at, month
from observations
