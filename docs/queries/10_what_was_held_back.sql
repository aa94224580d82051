-- What did the gate keep out, why, and how old is what each source gave?
with held as (
    select venue_or_protocol as subject, fact, count(*) as days, max(date) as newest, any_value(failed_expectations) as reason
    from gate_results
    where not is_passed
    group by venue_or_protocol, fact
),

sources as (
    select status, count(*) as entities, string_agg(distinct source, ', ' order by source) as names
    from mart_freshness
    group by status
)

select 'held back' as kind, subject || ': ' || fact as what, days as n, cast(newest as varchar) || ' ' || cast(reason as varchar) as detail
from held
union all
select 'sources ' || status, names, entities, 'entities'
from sources
order by kind, n desc
limit 12
