{# Hours after which an entity's newest data are stale: the limit of its own, else of its source, else the default. Null: never. #}
{% macro stale_limit(source='source', entity='entity') -%}
    case
        {%- for name, hours in var('stale_after_hours_by_entity').items() | sort(reverse=true) %}
        {%- set parts = name.split('.') %}
        when {{ source }} = '{{ parts[0] }}'{% if parts | length == 2 %} and {{ entity }} = '{{ parts[1] }}'{% endif %} then {{ 'null' if hours is none else hours }}
        {%- endfor %}
        when true then {{ var('stale_after_hours') }}
    end
{%- endmacro %}
