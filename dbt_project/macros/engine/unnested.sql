{# A row for each object of a list that is written as JSON; `fields` names the fields and the type of each. #}
{% macro unnested(text, fields) -%}{{ return(adapter.dispatch('unnested')(text, fields)) }}{%- endmacro %}
{% macro default__unnested(text, fields) -%}unnest(from_json({{ text }}, '[{{ tojson(fields) }}]')){%- endmacro %}
{% macro spark__unnested(text, fields) -%}
    {%- set parts = [] -%}
    {%- for name, type in fields.items() -%}{%- do parts.append(name ~ ': ' ~ type) -%}{%- endfor -%}
    explode(from_json({{ text }}, 'array<struct<{{ parts | join(', ') }}>>'))
{%- endmacro %}
