with stamped as (
    select
        *,
        coalesce(funding_period_hours, 8) as period_hours,
        {{ rounded_to('created_at', 3600000) }} as ends_ms
    from ({{ latest_version('paradex', 'funding_data') }}) as source
),

-- The last row before the end of a period; what was read at other times is no settlement.
samples as (
    select
        *,
        row_number() over (partition by month, market, ends_ms order by created_at desc) as choice
    from stamped
    where abs(created_at - ends_ms) <= 300000 and ends_ms % (period_hours * 3600000) = 0
),

measured as (
    select
        *,
        funding_index - lag(funding_index) over (partition by market order by ends_ms) as paid,
        ends_ms - lag(ends_ms) over (partition by market order by ends_ms) as measured_ms,
        case when abs(funding_rate) > 1e-9 then funding_premium / funding_rate end as price
    from samples
    where choice = 1
)

select
    {{ market_of('paradex', 'market') }},
    -- the index adds up USDC by the second; rounded, because the difference of two sums has their noise
    case
        when measured_ms = period_hours * 3600000 and price > 0 then round(paid / price, 12)
        else funding_rate
    end as funding_rate,
    period_hours as funding_interval_hours,
    {{ not_given('mark_price') }},
    {{ from_epoch_ms('ends_ms') }} as settled_at,
    _fetched_at as fetched_at, month
from measured
