-- openInterest is the sum of the longs, one side; baseOpenInterest is the chain's figure and is not used. A settled market is
-- answered for, with zero, for ever: its last open interest is in its candles.
with snapshots as (
    select
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
    select * from snapshots
    union all
    select * from history
)

select
    {{ market_of('dydx', 'symbol') }},
    {{ one_side_in_base('open_interest_base', 'oracle_price', 'oracle') }},
    observed_at,
    fetched_at, month
from observations
