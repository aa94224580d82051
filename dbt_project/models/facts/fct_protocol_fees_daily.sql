with series as (
    select series.*
    from {{ ref('int_protocol_series') }} as series
    left join {{ ref('dim_protocols') }} as protocols
        on series.protocol = protocols.protocol
    where
        {{ since_launch('series.date', 'protocols', 'series.value_usd') }}
        and series.metric in ('fees', 'supply_side_revenue', 'revenue', 'protocol_revenue', 'holders_revenue')
)

select
    protocol,
    date,
    max(case when metric = 'fees' then value_usd end) as fees_usd,
    max(case when metric = 'supply_side_revenue' then value_usd end) as supply_side_revenue_usd,
    max(case when metric = 'revenue' then value_usd end) as revenue_usd,
    max(case when metric = 'protocol_revenue' then value_usd end) as protocol_revenue_usd,
    max(case when metric = 'holders_revenue' then value_usd end) as holders_revenue_usd,
    coalesce(max(case when metric = 'fees' then status end), 'missing') as status,
    max(fetched_at) as fetched_at,
    month
from series
group by protocol, date, month
