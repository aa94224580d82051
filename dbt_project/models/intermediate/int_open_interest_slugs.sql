-- Under which slugs DefiLlama tells a protocol's open interest: its own, or those of its parts where the protocol itself has no row.
with told as (
    select distinct slug
    from {{ ref('stg_defillama__dimension_series') }}
    where {{ protocol_metric() }} = 'open_interest'
),

named as (
    select defillama_slug as slug, protocol, 1 as preference
    from {{ ref('int_protocols') }}
    where defillama_slug is not null

    union all

    select defillama_slug as slug, protocol, 2 as preference
    from {{ ref('protocol_parts') }}

    union

    select slug, protocol, 2 as preference
    from {{ ref('int_protocol_slugs') }}
    where not is_own
),

ranked as (
    select
        named.protocol,
        named.slug,
        rank() over (partition by named.protocol order by named.preference) as choice
    from named
    inner join told
        on named.slug = told.slug
)

select
    protocol,
    slug,
    count(*) over (partition by protocol) as slugs
from ranked
where choice = 1
