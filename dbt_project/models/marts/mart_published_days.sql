{{ config(
    materialized='incremental',
    incremental_strategy='by_month',
    meta={'touched': {'list': 'touched_mart_months', 'before': 0, 'after': 0, 'days_before': 0, 'day': 'date'}},
    on_schema_change='fail'
) }}

-- What passed: the rule by which marts take facts, for the publication and for readers. A fact's rows of other days are held back.
with rules as (
    {%- for fact, rule in published_with().items() %}
    {%- for member in rule.group %}
    select '{{ fact }}' as fact, '{{ rule.verdict }}' as verdict, '{{ member }}' as member
    {%- if not loop.last %} union all{% endif %}
    {%- endfor %}
    {%- if not loop.last %} union all{% endif %}
    {%- endfor %}
)

select
    rules.fact,
    verdicts.venue_or_protocol,
    verdicts.date,
    {{ month_of('verdicts.date') }} as month
from {{ source('quality', 'gate_results') }} as verdicts
inner join rules
    on verdicts.fact = rules.member
where {{ in_touched_months(column='verdicts.month') }} and {{ in_touched_days(column='verdicts.date') }}
group by rules.fact, verdicts.venue_or_protocol, verdicts.date
having
    min(case when verdicts.is_passed then 1 else 0 end) = 1
    and max(case when verdicts.fact = rules.verdict then 1 else 0 end) = 1
