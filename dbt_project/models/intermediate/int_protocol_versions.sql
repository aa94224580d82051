-- Every value DefiLlama ever gave for a day of protocols, with the time it was received.
with versions as (
    select
        slug,
        {{ protocol_metric() }} as metric,
        date,
        value_usd,
        fetched_at
    from {{ ref('stg_defillama__dimension_versions') }}

    union all

    select
        slug,
        'tvl' as metric,
        date,
        tvl_usd as value_usd,
        fetched_at
    from {{ ref('stg_defillama__tvl_versions') }}
),

-- open interest has names of its own; a sum of parts has no versions
named as (
    select slug, protocol, false as is_open_interest
    from {{ ref('int_protocol_slugs') }}
    where is_own

    union all

    select slug, protocol, true as is_open_interest
    from {{ ref('int_open_interest_slugs') }}
    where slugs = 1
)

select
    named.protocol as subject,
    versions.metric,
    named.protocol || ':' || versions.metric as series,
    versions.date,
    versions.value_usd as value,
    versions.fetched_at
from versions
inner join named
    on versions.slug = named.slug and (versions.metric = 'open_interest') = named.is_open_interest
where versions.metric is not null
