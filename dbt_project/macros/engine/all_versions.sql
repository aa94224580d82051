{# Whether the query asks for every version of what sources changed, and not for what holds now: a variable of the session, which fct_restatements
   sets (`meta: {reads_versions: true}`). Staging and the intermediate views then have all versions of the keys that have several. #}
{% macro all_versions() -%}{{ return(adapter.dispatch('all_versions')()) }}{%- endmacro %}
{% macro default__all_versions() -%}coalesce(getvariable('all_versions'), false){%- endmacro %}
{% macro spark__all_versions() -%}false{%- endmacro %}

{# A predicate on rows that are ranked: the first, where it is not `and_not`; in a query for versions all that are `or_else`. #}
{% macro is_chosen(rank, and_not='', or_else='1 = 1') -%}
    {%- set first = rank ~ ' = 1' ~ (' and not ' ~ and_not if and_not else '') -%}
    {%- if or_else == '1 = 0' -%}
        {{ first }}
    {%- else -%}
        case when {{ all_versions() }} then {{ or_else }} else {{ first }} end
    {%- endif -%}
{%- endmacro %}

{# For hooks of a model that asks for versions, where dbt itself builds it. #}
{% macro tell_versions(is_wanted) -%}
    {%- if target.type == 'duckdb' -%}set variable all_versions = {{ is_wanted }}{%- endif -%}
{%- endmacro %}
