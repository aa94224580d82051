{{ config(
    materialized='incremental',
    incremental_strategy='by_month',
    meta={'touched': {'list': 'touched_months', 'before': 1, 'after': 0, 'days_before': 0, 'day': 'opened_at'}},
    on_schema_change='fail'
) }}

-- Of the sources that tell single liquidations or hours (`liquidation_hours_of`), on closed UTC days; sums of days have no hour. Where two of them
-- tell of one venue's day, one counts, as in fct_liquidations_daily.
with liquidations as (
    select
        *,
        cast(liquidated_at as date) as date,
        {{ dbt.date_trunc('hour', 'liquidated_at') }} as opened_at
    from {{ ref('int_liquidations') }}
    where {{ in_touched_months(after=1) }} and {{ since_first_day('liquidated_at') }} and source in ('{{ var("liquidation_hours_of") | join("', '") }}')
),

{{ venue_reads('liquidations', 'opened_at') }},

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
    told.opened_at,
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
    told.venue, told.asset, told.opened_at, told.side, told.source, told.coverage,
    told.month
