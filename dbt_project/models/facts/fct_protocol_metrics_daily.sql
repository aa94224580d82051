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
),

reported as (
    select
        protocol,
        metric,
        date,
        'defillama' as source,
        value_usd,
        cast(null as bigint) as value_count,
        status,
        fetched_at,
        month
    from series

    union all

    select
        days.protocol,
        asked.metric,
        days.date,
        'defillama' as source,
        cast(null as double) as value_usd,
        cast(null as bigint) as value_count,
        'not_reported' as status,
        days.fetched_at,
        days.month
    from days
    cross join asked
    left join given
        on days.protocol = given.protocol and asked.metric = given.metric
    where given.protocol is null

    union all

    -- counts, in a column of their own; days the source passes over have no row
    select
        protocol,
        'active_users' as metric,
        date,
        source,
        cast(null as double) as value_usd,
        active_users as value_count,
        case when active_users is null then 'missing' else 'ok' end as status,
        fetched_at,
        month
    from {{ ref('int_protocol_users') }}
)

select
    reported.protocol,
    reported.metric,
    reported.date,
    reported.source,
    reported.value_usd,
    reported.value_count,
    reported.status,
    parts.protocol is not null as is_part,
    reported.fetched_at,
    reported.month
from reported
left join {{ ref('dim_protocols') }} as protocols
    on reported.protocol = protocols.protocol
{{ join_parts('reported', 'reported.metric') }}
where {{ since_launch('reported.date', 'protocols', 'reported.value_usd') }}
