{# A sum of floats that does not depend on their order, so that a table built twice is the same table: added up as decimals with
   `scale` digits after the point. Values too large for that (they are errors, for the gate to find) are added as floats. #}
{% macro exact_sum(expression, scale=12) -%}
    {%- set fits = 'abs(' ~ expression ~ ') < 1e' ~ (30 - scale) -%}
    {%- set exact = 'cast(sum(cast(case when ' ~ fits ~ ' then ' ~ expression ~ ' end as decimal(38, ' ~ scale ~ '))) as double)' -%}
    {%- set rest = 'sum(case when not ' ~ fits ~ ' then ' ~ expression ~ ' end)' -%}
    coalesce({{ exact }} + coalesce({{ rest }}, 0), {{ exact }}, {{ rest }})
{%- endmacro %}
