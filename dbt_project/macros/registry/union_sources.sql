{# All venues' rows of one standard entity: `source` says where from, the lowest `source_priority` wins a tie.
   Adding a venue is one staging folder and one line of `venue_sources`. #}
{% macro union_sources(entity) -%}
    {%- set branches = [] -%}
    {%- for source, entities in var('venue_sources').items() if entity in entities -%}
        {%- set branch -%}
        select
            '{{ source }}' as source,
            {{ loop.index }} as source_priority,
            {{ standard_columns(entity) | join(',\n            ') }}
        from {{ ref('stg_' ~ source ~ '__' ~ entity) }}
        {%- endset -%}
        {%- do branches.append(branch) -%}
    {%- endfor -%}
    {{ branches | join('\n        union all\n        ') }}
{%- endmacro %}
