-- Every protocol that may have figures: those of the seed, those that DefiLlama lists as perpetuals, and the other parts of a parent
-- that is among them. What is ours (token, policies) the seed's alone have.
with listed as (
    select *, {{ protocol_id('slug') }} as id
    from {{ ref('int_protocol_listings') }}
),

-- a row of the seed without a slug is what is listed under its own name, if that is of perpetuals
by_name as (
    select id, min(slug) as slug
    from listed
    where is_perpetuals or (is_parent and has_figures)
    group by id
),

curated as (
    select
        seed.*,
        coalesce(seed.defillama_slug, case when seed.category = 'perp' and taken.defillama_slug is null then by_name.slug end) as slug
    from {{ ref('protocols') }} as seed
    left join by_name
        on seed.protocol = by_name.id
    left join {{ ref('protocols') }} as taken
        on by_name.slug = taken.defillama_slug
),

others as (
    select
        listed.slug,
        listed.name,
        listed.coingecko_id,
        listed.parent_slug,
        listed.id || case when namesakes.protocol is null then '' else '_defillama' end as protocol,
        case when listed.is_perpetuals then 'perp' else lower(listed.category) end as category
    from listed
    left join curated
        on listed.slug = curated.slug
    left join curated as namesakes
        on listed.id = namesakes.protocol
    left join listed as parents
        on listed.parent_slug = parents.slug
    left join curated as curated_parents
        on listed.parent_slug = curated_parents.slug
    where
        curated.slug is null
        and (
            listed.is_perpetuals
            or (listed.has_figures and not listed.is_parent and (curated_parents.slug is not null or parents.is_perpetuals))
        )
),

named as (
    select slug, protocol
    from curated
    where slug is not null
    union all
    select slug, protocol
    from others
)

select
    curated.protocol,
    curated.name,
    curated.category,
    curated.token,
    curated.coingecko_id,
    curated.slug as defillama_slug,
    coalesce(curated.parent_protocol, named.protocol) as parent_protocol,
    curated.launched_on,
    true as is_curated
from curated
left join listed
    on curated.slug = listed.slug
left join named
    on listed.parent_slug = named.slug

union all

select
    others.protocol,
    others.name,
    others.category,
    cast(null as {{ dbt.type_string() }}) as token,
    others.coingecko_id,
    others.slug as defillama_slug,
    named.protocol as parent_protocol,
    cast(null as date) as launched_on,
    false as is_curated
from others
left join named
    on others.parent_slug = named.slug
