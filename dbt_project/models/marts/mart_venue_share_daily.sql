{{ config(
    materialized='incremental',
    incremental_strategy='by_month',
    meta={'touched': {'list': 'touched_mart_months', 'before': 0, 'after': 'all', 'days_before': 0, 'day': 'date'}},
    on_schema_change='fail'
) }}

-- Who trades crypto perpetuals: each venue's day and its share of all venues that passed the gate that day. A market is of the class that it
-- had that day.
with classes as (
    select market_id, first_on, end_on, underlying_class = 'crypto' as is_crypto
    from {{ markets_by_day() }} as markets
),

-- Dated futures are another product: CME's weekly open interest stays in the facts.
venues as (
    select venue, kind, region
    from {{ ref('dim_venues') }}
    where product = 'perpetual'
),

volume as (
    select
        facts.venue,
        facts.date,
        {{ exact_sum('case when classes.is_crypto then facts.volume_usd end') }} as volume_usd,
        {{ exact_sum('case when classes.is_crypto then null else facts.volume_usd end') }} as other_volume_usd,
        count(case when classes.is_crypto then 1 end) as markets
    from {{ gated('fct_volume_daily', days_before=29) }} as facts
    left join classes
        on {{ on_its_day('facts.market_id', 'facts.date', 'classes') }}
    group by facts.venue, facts.date
),

open_interest as (
    select
        facts.venue,
        facts.date,
        {{ exact_sum('case when classes.is_crypto then facts.open_interest_usd end') }} as open_interest_usd
    from {{ gated('fct_open_interest_daily', days_before=29) }} as facts
    left join classes
        on {{ on_its_day('facts.market_id', 'facts.date', 'classes') }}
    group by facts.venue, facts.date
),

days as (
    select
        coalesce(volume.venue, open_interest.venue) as venue,
        coalesce(volume.date, open_interest.date) as date,
        volume.volume_usd,
        volume.other_volume_usd,
        volume.markets,
        open_interest.open_interest_usd
    from volume
    full outer join open_interest
        on volume.venue = open_interest.venue
        and volume.date = open_interest.date
),

-- How much of what is expected the day's totals hold, and what the same coins of a venue did since the day before.
series as (
    select
        *,
        {{ like_for_like_parts('volume_usd') }},
        {{ like_for_like_parts('open_interest_usd') }}
    from {{ ref('mart_venue_asset_daily') }}
    where {{ in_touched_days(days_before=1) }}
),

changes as (
    select
        venue,
        date,
        {{ like_for_like('volume_usd') }} as volume_usd_change_1d,
        {{ like_for_like('open_interest_usd') }} as open_interest_usd_change_1d
    from series
    group by venue, date
),

coverage as (
    select date, {{ coverage_counts(['volume', 'open_interest']) }}
    from series
    group by date
),

shares as (
    select
        days.venue,
        days.date,
        venues.kind,
        venues.region,
        days.volume_usd,
        days.volume_usd / nullif(sum(days.volume_usd) over all_venues, 0) as volume_share,
        days.open_interest_usd,
        days.open_interest_usd / nullif(sum(days.open_interest_usd) over all_venues, 0) as open_interest_share,
        days.volume_usd / nullif(days.open_interest_usd, 0) as turnover,
        {{ trailing_mean('days.volume_usd', 'days.venue', 'days.date', 7) }} as volume_usd_7d_avg,
        {{ trailing_mean('days.volume_usd', 'days.venue', 'days.date', 30) }} as volume_usd_30d_avg,
        cast(days.markets as integer) as markets,
        days.other_volume_usd,
        cast(count(days.volume_usd) over all_venues as integer) as venues_reported,
        changes.volume_usd_change_1d,
        changes.open_interest_usd_change_1d,
        {%- for quantity in ['volume', 'open_interest'] %}
        coverage.{{ quantity }}_venues_reported,
        coverage.{{ quantity }}_venues_expected,
        {{ is_complete(quantity, 'coverage.') }} as is_{{ quantity }}_complete{{ ',' if not loop.last }}
        {%- endfor %}
    from days
    inner join venues
        on days.venue = venues.venue
    left join changes
        on days.venue = changes.venue and days.date = changes.date
    left join coverage
        on days.date = coverage.date
    window all_venues as (
        partition by days.date
        order by days.venue
        rows between unbounded preceding and unbounded following
    )
)

select
    *,
    {{ month_of('date') }} as month
from shares
where {{ in_touched_days() }}
