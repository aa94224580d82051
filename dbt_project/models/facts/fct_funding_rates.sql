{{ config(
    materialized='incremental',
    incremental_strategy='by_month',
    meta={'touched': {'list': 'touched_months', 'before': 1, 'after': 1, 'days_before': 1, 'day': 'settled_at'}},
    on_schema_change='fail'
) }}

-- Closed UTC days. The first settlement of a month is measured from the last of the month before, and the last day of a month is
-- closed by a fetch of the next: a touched month also rebuilds both its neighbours.
with settlements as (
    select * from {{ ref('int_funding_rates') }}
    where {{ in_touched_months(before=1, after=1) }} and {{ since_first_day('settled_at', days_before=3) }}
),

{{ venue_reads('settlements', 'settled_at') }},

hours as (
    select
        *,
        {{ hours_between('lag(settled_at) over of_market', 'settled_at') }} as before_hours,
        {{ hours_between('settled_at', 'lead(settled_at) over of_market') }} as after_hours,
        case when not coalesce(has_assumed_terms, false) then listed_interval_hours end as dated_hours
    from settlements
    window of_market as (partition by market_id order by settled_at)
),

spaced as (
    select
        *,
        lag(before_hours) over (partition by market_id order by settled_at) as earlier_hours
    from hours
),

-- Where the spacing is several times that on the other side, and the spacing before it or the list of that
-- day says the shorter one too, settlements are missing in between: the one that came is paid for its own
-- interval.
holes as (
    select
        *,
        coalesce(after_hours, dated_hours) as hole_hours,
        before_hours / nullif(coalesce(after_hours, dated_hours), 0) as hole_times
    from spaced
),

-- Intervals change over time (SOL paid every 2 and 4 hours in November 2022). What the source says counts,
-- else the spacing, unless it is a hole; a spacing that is no interval says nothing: then the spacing on both
-- sides, the list of that day, the next spacing (the first settlement of all has none before it), the oldest
-- list there is, 8.
timed as (
    select
        *,
        cast(coalesce(
            funding_interval_hours,
            case
                when hole_times > 1 and hole_times = floor(hole_times) and {{ is_funding_interval('hole_hours') }}
                    and coalesce(dated_hours, 0) <> before_hours
                    and (hole_hours = earlier_hours or (hole_hours = dated_hours and coalesce(earlier_hours, 0) <> before_hours))
                    then hole_hours
                when {{ is_funding_interval('before_hours') }} then before_hours
                when {{ is_funding_interval('after_hours') }} and after_hours = earlier_hours then after_hours
            end,
            dated_hours,
            case when {{ is_funding_interval('after_hours') }} then after_hours end,
            listed_interval_hours,
            8
        ) as integer) as interval_hours
    from holes
)

select
    timed.market_id,
    timed.settled_at,
    timed.venue,
    timed.symbol,
    timed.asset,
    timed.funding_rate,
    timed.interval_hours as funding_interval_hours,
    timed.funding_rate * 8 / timed.interval_hours as funding_rate_8h,
    timed.funding_rate * 24 / timed.interval_hours * 365 as funding_rate_apr,
    timed.mark_price,
    timed.source,
    timed.fetched_at,
    timed.month
from timed
inner join venue_reads
    on timed.venue = venue_reads.venue
    and timed.month = venue_reads.month
where
    {{ day_end('cast(timed.settled_at as date)') }} <= venue_reads.read_at
    and {{ in_touched_months(column='timed.month') }} and {{ since_first_day('timed.settled_at') }}
