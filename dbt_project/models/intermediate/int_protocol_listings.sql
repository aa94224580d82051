-- What DefiLlama's list said last of each slug, also of one that it has dropped since. A leaf has figures of its own; a parent is no
-- row of the list: it is what leaves name, and the sum of them. A table, because every series of protocols joins it, and the lists of
-- all days are long.
{{ config(materialized='table') }}

with told as (
    select
        slug,
        name,
        category,
        coingecko_id,
        replace(parent_protocol, 'parent#', '') as parent_slug,
        row_number() over (partition by slug order by observed_on desc) as place
    from {{ ref('stg_defillama__protocols') }}
),

leaves as (
    select slug, name, category, coingecko_id, parent_slug
    from told
    where place = 1
),

figures as (
    select distinct slug
    from {{ ref('stg_defillama__dimension_series') }}
),

families as (
    select
        leaves.parent_slug,
        count(case when leaves.category = 'Derivatives' then 1 end) as perpetuals,
        count(case when coalesce(leaves.category, '') <> 'Derivatives' and figures.slug is not null then 1 end) as others
    from leaves
    left join figures
        on leaves.slug = figures.slug
    where leaves.parent_slug is not null
    group by leaves.parent_slug
)

select
    leaves.slug,
    leaves.name,
    leaves.category,
    leaves.coingecko_id,
    leaves.parent_slug,
    false as is_parent,
    coalesce(leaves.category, '') = 'Derivatives' as is_perpetuals,
    false as is_own_part,
    figures.slug is not null as has_figures
from leaves
left join figures
    on leaves.slug = figures.slug
left join families
    on leaves.slug = families.parent_slug
where families.parent_slug is null

union all

-- of one business with spot or loans beside its perpetuals, these alone count, unless the seed says otherwise
select
    families.parent_slug as slug,
    coalesce(leaves.name, families.parent_slug) as name,
    cast(null as {{ dbt.type_string() }}) as category,
    leaves.coingecko_id,
    cast(null as {{ dbt.type_string() }}) as parent_slug,
    true as is_parent,
    families.perpetuals > 1 and families.others = 0 as is_perpetuals,
    coalesce(leaves.parent_slug = leaves.slug, false) as is_own_part,
    families.perpetuals > 0 as has_figures
from families
left join leaves
    on families.parent_slug = leaves.slug
