{# What GMX's integers are worth: text, read by its decimal exponent, so that nothing is rounded twice. #}

{# USD figures and factors are integers × 1e30. #}
{% macro gmx_usd(column) -%}
    cast({{ column }} || 'e-30' as double)
{%- endmacro %}

{# Tokens are integers × 10^decimals. #}
{% macro gmx_tokens(column, decimals='decimals') -%}
    cast(cast({{ column }} as {{ dbt.type_string() }}) || 'e-' || cast({{ decimals }} as {{ dbt.type_string() }}) as double)
{%- endmacro %}

{# Prices are integers × 10^(30 − decimals of the index token). #}
{% macro gmx_price(column, decimals='decimals') -%}
    cast({{ column }} || 'e-' || cast(30 - {{ decimals }} as {{ dbt.type_string() }}) as double)
{%- endmacro %}

{# A factor per second × 1e30 as what the side pays in an hour: the payer's factor is negative. #}
{% macro gmx_paid_per_hour(column) -%}
    cast(cast(cast({{ column }} as decimal(32, 0)) * cast(-3600 as decimal(4, 0)) as {{ dbt.type_string() }}) || 'e-30' as double)
{%- endmacro %}
