-- Every value DefiLlama ever gave for a day of the protocols we follow, with the time it was received.
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
)

select
    protocols.protocol as subject,
    versions.metric,
    protocols.protocol || ':' || versions.metric as series,
    versions.date,
    versions.value_usd as value,
    versions.fetched_at
from versions
inner join {{ ref('protocols') }} as protocols
    on versions.slug = protocols.defillama_slug
where versions.metric is not null
