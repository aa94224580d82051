-- A protocol's models follow one another without gap or overlap, the last is open, and every protocol has one: it is what dim_protocols takes.
with followed as (
    select
        protocol,
        effective_from,
        effective_to,
        lead(effective_from) over (partition by protocol order by effective_from) as next_from
    from {{ ref('token_models') }}
)

select protocol, effective_from, effective_to, next_from
from followed
where coalesce(effective_to <> next_from, (effective_to is null) <> (next_from is null))

union all

select
    protocols.protocol,
    cast(null as date) as effective_from,
    cast(null as date) as effective_to,
    cast(null as date) as next_from
from {{ ref('protocols') }} as protocols
left join {{ ref('token_models') }} as models
    on protocols.protocol = models.protocol
where models.protocol is null
