{# Thresholds of the regimes as one row with a column for each name. #}
{% macro regime_thresholds(names) -%}
    select
        {%- for name in names %}
        max(case when name = '{{ name }}' then value end) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('dim_regime_thresholds') }}
{%- endmacro %}
