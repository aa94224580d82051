{# Perpetuals of Drift, which stands in one list with predictions and spot, before the halt: what is told since cannot be traded. #}
{% macro is_drift_perpetual(at='observed_at') -%}
    market_type = 'perp' and symbol not like '%-BET' and {{ at }} < {{ day_start("date '2026-04-02'") }}
{%- endmacro %}
