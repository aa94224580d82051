{# A list of texts from expressions, in their order, without those that are null. #}
{% macro type_texts() -%}{{ return(adapter.dispatch('type_texts')()) }}{%- endmacro %}
{% macro default__type_texts() -%}varchar[]{%- endmacro %}
{% macro spark__type_texts() -%}array<string>{%- endmacro %}

{% macro texts(expressions) -%}{{ return(adapter.dispatch('texts')(expressions)) }}{%- endmacro %}
{% macro default__texts(expressions) -%}
    list_filter([
        {{ expressions | join(',\n        ') }}
    ], lambda text: text is not null)
{%- endmacro %}
{% macro spark__texts(expressions) -%}
    filter(array(
        {{ expressions | join(',\n        ') }}
    ), text -> text is not null)
{%- endmacro %}

{# A figure as people write it, with a fixed number of digits after the point. #}
{% macro as_text(figure, digits=0) -%}
    cast(cast(round({{ figure }}, {{ digits }}) as decimal(38, {{ digits }})) as {{ dbt.type_string() }})
{%- endmacro %}
