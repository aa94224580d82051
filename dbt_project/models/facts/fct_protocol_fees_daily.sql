with series as (
    select *
    from {{ ref('int_protocol_series') }}
    where metric in ('fees', 'supply_side_revenue', 'revenue', 'protocol_revenue', 'holders_revenue')
)

select
    series.protocol,
    series.date,
    max(case when series.metric = 'fees' then series.value_usd end) as fees_usd,
    max(case when series.metric = 'supply_side_revenue' then series.value_usd end) as supply_side_revenue_usd,
    max(case when series.metric = 'revenue' then series.value_usd end) as revenue_usd,
    max(case when series.metric = 'protocol_revenue' then series.value_usd end) as protocol_revenue_usd,
    max(case when series.metric = 'holders_revenue' then series.value_usd end) as holders_revenue_usd,
    coalesce(max(case when series.metric = 'fees' then series.status end), 'missing') as status,
    max(parts.protocol) is not null as is_part,
    max(series.fetched_at) as fetched_at,
    series.month
from series
left join {{ ref('dim_protocols') }} as protocols
    on series.protocol = protocols.protocol
{{ join_parts('series', "'fees'") }}
group by series.protocol, series.date, series.month
-- a zero beside money that was reported for the same day is a figure
having max(case when {{ since_launch('series.date', 'protocols', 'series.value_usd') }} then 1 else 0 end) = 1
