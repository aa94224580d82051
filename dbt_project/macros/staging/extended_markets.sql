{# Perpetuals of Extended that trade: spot pairs, announced markets and those that ended share the list. #}
{% macro is_extended_trading() -%}
    coalesce(type, 'PERPETUAL') = 'PERPETUAL' and coalesce(status, 'ACTIVE') = 'ACTIVE'
{%- endmacro %}
