{# The symbols of MEXC's perpetuals; other contracts share the lists and the series. #}
{% macro mexc_perpetuals() -%}
    (select distinct symbol from {{ source('mexc', 'instruments') }} where coalesce(future_type, 1) = 1)
{%- endmacro %}

{# Does the contract stand on one of the pages of a concept? #}
{% macro is_mexc_plate(name) -%}
    lower(coalesce(concept_plate, '')) like '%mc-trade-zone-{{ name }}%'
{%- endmacro %}
