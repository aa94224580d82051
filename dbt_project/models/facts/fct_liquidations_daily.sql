{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='month',
    on_schema_change='fail'
) }}

-- Closed UTC days; the last day of a month is closed by a fetch of the next, so a touched month also rebuilds the month before it.
-- A day without a row is a day no source told of, not a day without liquidations.
with liquidations as (
    select
        *,
        cast(liquidated_at as date) as date
    from {{ ref('int_liquidations') }}
    where {{ in_touched_months(before=1, after=1) }}
),

{{ venue_reads('liquidations') }}

select
    liquidations.venue,
    liquidations.asset,
    liquidations.date,
    liquidations.side,
    {{ exact_sum('liquidations.liquidated_usd') }} as liquidated_usd,
    cast(count(*) as integer) as rows_added_up,
    liquidations.source,
    liquidations.coverage,
    max(liquidations.fetched_at) as fetched_at,
    liquidations.month
from liquidations
inner join venue_reads
    on liquidations.venue = venue_reads.venue
    and liquidations.month = venue_reads.month
where
    {{ day_end('liquidations.date') }} <= venue_reads.read_at
    and liquidations.liquidated_usd is not null
    and {{ in_touched_months(before=1, column='liquidations.month') }}
group by
    liquidations.venue, liquidations.asset, liquidations.date, liquidations.side, liquidations.source, liquidations.coverage,
    liquidations.month
