-- What the breakdown of a parent's figures tells of its parts that we know, chains added up; also of a day that ran when it was
-- read, for whether a day was over is judged where all series of protocols are.
with told as (
    select
        slug,
        {{ protocol_metric() }} as metric,
        part,
        chain,
        date,
        value_usd,
        fetched_at
    from {{ ref('stg_defillama__dimension_parts') }}
    where value_usd is not null
),

named as (
    select
        told.*,
        coalesce(on_chain.protocol, by_name.protocol, by_slug.protocol) as protocol
    from told
    left join {{ ref('protocol_names') }} as on_chain
        on told.part = on_chain.part and told.chain = on_chain.chain
    left join {{ ref('protocol_names') }} as by_name
        on told.part = by_name.part and by_name.chain = '*'
    left join {{ ref('int_protocols') }} as by_slug
        on told.part = by_slug.defillama_slug
    where told.metric is not null
),

series as (
    select
        named.protocol,
        named.metric,
        named.date,
        {{ exact_sum('named.value_usd') }} as value_usd,
        max(named.fetched_at) as fetched_at
    from named
    inner join {{ ref('int_protocols') }} as parts
        on named.protocol = parts.protocol
    inner join {{ ref('int_protocols') }} as parents
        on parts.parent_protocol = parents.protocol and named.slug = parents.defillama_slug
    group by named.protocol, named.metric, named.date
)

select protocol, metric, date, value_usd, fetched_at
from series
