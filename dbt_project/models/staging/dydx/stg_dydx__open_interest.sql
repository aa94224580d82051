-- openInterest is the sum of the longs, one side; baseOpenInterest is the chain's figure and is not used. A settled market is
-- answered for, with zero, for ever: its last open interest is in its candles.
with snapshots as (
    select
        'dydx:' || ticker as market_id,
        ticker as symbol,
        open_interest as open_interest_base,
        oracle_price,
        observed_at,
        _fetched_at as fetched_at, month
    from ({{ latest_version('dydx', 'market_states') }}) as source
    where status <> 'FINAL_SETTLEMENT'
),

-- The only history: what was open when an hour began, at the oracle price that funding was settled at then. Without one the
-- price is left to the facts.
history as (
    select
        candles.market_id,
        candles.symbol,
        candles.starting_open_interest_base as open_interest_base,
        funding_rates.mark_price as oracle_price,
        candles.opened_at as observed_at,
        candles.fetched_at, candles.month
    from {{ ref('stg_dydx__candles') }} as candles
    left join {{ ref('stg_dydx__funding_rates') }} as funding_rates
        on candles.month = funding_rates.month
        and candles.market_id = funding_rates.market_id
        and candles.opened_at = funding_rates.settled_at
    where candles.starting_open_interest_base is not null
),

observations as (
    select market_id, symbol, open_interest_base, oracle_price, observed_at, fetched_at, month from snapshots
    union all
    select market_id, symbol, open_interest_base, oracle_price, observed_at, fetched_at, month from history
)

select
    'dydx' as venue,
    symbol,
    market_id,
    'one_sided' as side_convention,
    case when oracle_price > 0 then 'oracle' end as price_kind,
    open_interest_base,
    case when oracle_price > 0 then open_interest_base * oracle_price end as open_interest_usd,
    {{ not_given('long_usd', 'short_usd') }},
    case when oracle_price > 0 then oracle_price end as price_used,
    {{ told_in_base('open_interest') }},
    observed_at,
    fetched_at, month
from observations
