-- When a part's figures are in its parent's too: from a day on which the parent has one until 30 days after the last of a run, so that a hole
-- or a late parent does not make its part a whole business for a day. Nothing later than a day decides it.
with figures as (
    select
        protocol,
        metric,
        date,
        lag(date) over (partition by protocol, metric order by date) as date_before
    from {{ ref('int_protocol_series') }}
    where value_usd is not null
),

numbered as (
    select
        *,
        sum(case when {{ dbt.datediff('date_before', 'date', 'day') }} <= 30 then 0 else 1 end)
            over (partition by protocol, metric order by date rows between unbounded preceding and current row) as run
    from figures
)

select
    parts.protocol,
    numbered.metric,
    min(numbered.date) as starts_on,
    cast({{ dbt.dateadd('day', 30, 'max(numbered.date)') }} as date) as ends_on
from numbered
inner join {{ ref('int_protocols') }} as parts
    on numbered.protocol = parts.parent_protocol
group by parts.protocol, numbered.metric, numbered.run
