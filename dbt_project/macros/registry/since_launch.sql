{# Whether a protocol had begun by a day, or reported a figure for it all the same: a source's zeros of a time before are no figures. `protocols` is dim_protocols. #}
{% macro since_launch(day, protocols, figure) -%}
    ({{ protocols }}.launched_on is null or {{ day }} >= {{ protocols }}.launched_on or coalesce({{ figure }}, 0) <> 0)
{%- endmacro %}
