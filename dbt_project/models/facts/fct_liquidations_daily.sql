{{ config(
    materialized='incremental',
    incremental_strategy='by_month',
    meta={'touched': {'list': 'touched_months', 'before': 1, 'after': 0, 'days_before': 0, 'day': 'date'}},
    on_schema_change='fail'
) }}

-- Closed UTC days; the last day of a month is closed by a fetch of the next, so a touched month also rebuilds the month before it.
-- A day without a row is a day no source told of, not a day without liquidations. Where two sources tell of one venue's day, one counts.
with liquidations as (
    select
        *,
        cast(liquidated_at as date) as date
    from {{ ref('int_liquidations') }}
    where {{ in_touched_months(after=1) }} and {{ since_first_day('liquidated_at') }}
),

{{ venue_reads('liquidations') }},

told as (
    select
        *,
        min(source_priority) over (partition by venue, asset, date) as told_by
    from liquidations
    where liquidated_usd is not null
)

select
    told.venue,
    told.asset,
    told.date,
    told.side,
    {{ exact_sum('told.liquidated_usd') }} as liquidated_usd,
    cast(count(*) as integer) as rows_added_up,
    told.source,
    told.coverage,
    max(told.fetched_at) as fetched_at,
    max(case when told.has_assumed_terms then 1 else 0 end) = 1 as has_assumed_terms,
    told.month
from told
inner join venue_reads
    on told.venue = venue_reads.venue
    and told.month = venue_reads.month
where
    {{ day_end('told.date') }} <= venue_reads.read_at
    and told.source_priority = told.told_by
    and {{ in_touched_months(column='told.month') }}
group by
    told.venue, told.asset, told.date, told.side, told.source, told.coverage,
    told.month
