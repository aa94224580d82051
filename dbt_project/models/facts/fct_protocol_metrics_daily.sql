-- Small enough to build whole each time, so that a new protocol in the seed has its history at once.
with series as (
    select * from {{ ref('int_protocol_series') }}
),

days as (
    select protocol, date, month, max(fetched_at) as fetched_at
    from series
    group by protocol, date, month
),

-- what is paid and to whom: what net figures need, and what a reader may take for zero where it is absent
asked as (
    {%- for metric in ['fees', 'supply_side_revenue', 'revenue', 'protocol_revenue', 'holders_revenue', 'token_incentives'] %}
    select '{{ metric }}' as metric
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

given as (
    select distinct protocol, metric
    from series
)

select
    series.protocol,
    series.metric,
    series.date,
    'defillama' as source,
    series.value_usd,
    series.status,
    parts.protocol is not null as is_part,
    series.fetched_at,
    series.month
from series
{{ join_parts('series', 'series.metric') }}

union all

select
    days.protocol,
    asked.metric,
    days.date,
    'defillama' as source,
    cast(null as double) as value_usd,
    'not_reported' as status,
    parts.protocol is not null as is_part,
    days.fetched_at,
    days.month
from days
cross join asked
left join given
    on days.protocol = given.protocol and asked.metric = given.metric
{{ join_parts('days', 'asked.metric') }}
where given.protocol is null

union all

-- a count, in the column of the other metrics; days the source passes over have no row
select
    protocol,
    'active_users' as metric,
    date,
    source,
    active_users as value_usd,
    case when active_users is null then 'missing' else 'ok' end as status,
    false as is_part,
    fetched_at,
    month
from {{ ref('int_protocol_users') }}
