-- From which slugs a protocol's series are: its own, and where it is a parent those of its parts, which add up to it.
select
    protocols.protocol,
    protocols.defillama_slug as slug,
    not coalesce(listed.is_own_part, false) as is_own
from {{ ref('int_protocols') }} as protocols
left join {{ ref('int_protocol_listings') }} as listed
    on protocols.defillama_slug = listed.slug
where protocols.defillama_slug is not null

union all

select
    parents.protocol,
    leaves.slug,
    false as is_own
from {{ ref('int_protocol_listings') }} as leaves
inner join {{ ref('int_protocols') }} as parents
    on leaves.parent_slug = parents.defillama_slug

union

-- parts that the list has dropped before it was first read
select
    parts.parent_protocol as protocol,
    parts.defillama_slug as slug,
    false as is_own
from {{ ref('int_protocols') }} as parts
inner join {{ ref('int_protocols') }} as parents
    on parts.parent_protocol = parents.protocol
inner join {{ ref('int_protocol_listings') }} as listed
    on parents.defillama_slug = listed.slug and listed.is_parent
where parts.defillama_slug is not null
