{# A sum of floats that does not depend on their order, so that a table built twice is the same table: added up as decimals with
   `scale` digits after the point. Values too large for that (they are errors, for the gate to find) are added as floats. With `over` it is one over
   a window, which then does not depend on what lies outside the window either. #}
{% macro exact_sum(expression, scale=12, over='') -%}
    {%- set fits = 'abs(' ~ expression ~ ') < 1e' ~ (30 - scale) -%}
    {%- set sums = 'sum(cast(case when ' ~ fits ~ ' then ' ~ expression ~ ' end as decimal(38, ' ~ scale ~ ')))' ~ over -%}
    {%- set exact = 'cast(' ~ sums ~ ' as double)' -%}
    {%- set rest = 'sum(case when not ' ~ fits ~ ' then ' ~ expression ~ ' end)' ~ over -%}
    coalesce({{ exact }} + coalesce({{ rest }}, 0), {{ exact }}, {{ rest }})
{%- endmacro %}
