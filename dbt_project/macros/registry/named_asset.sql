{# Join condition: what a name of a venue meant at an instant. `own` are the venues with rows of their own for
   a name: `own_names()`. #}
{% macro named_asset(name, instant, names='names', own='own') -%}
    {{ name }} = {{ names }}.base_asset
        and {{ names }}.venue = coalesce({{ own }}.venue, '')
        and {{ instant }} >= {{ names }}.starts_at
        and {{ instant }} < {{ names }}.ends_at
{%- endmacro %}

{# The names for which a venue has rows of its own in the seed of aliases, as a subquery. #}
{% macro own_names() -%}
    (select distinct venue, base_asset from {{ ref('int_asset_names') }} where venue <> '')
{%- endmacro %}
