{# What Deribit's instrument names say by themselves. #}

{# BTC-PERPETUAL, SOL_USDC-PERPETUAL; dated ones are BTC-27DEC24, combos BTC-FS-27DEC24_PERP. #}
{% macro is_deribit_perpetual(name='instrument_name') -%}
    ({{ name }} like '%-PERPETUAL')
{%- endmacro %}

{# Linear instruments name the currency they are quoted and settled in; inverse ones settle in base and are quoted in USD. #}
{% macro is_deribit_inverse(name='instrument_name') -%}
    (position('_' in {{ name }}) = 0)
{%- endmacro %}

{# Quote currencies that count 1:1 as USD. #}
{% macro is_deribit_dollar_quoted(name='instrument_name') -%}
    ({{ is_deribit_inverse(name) }} or split_part(split_part({{ name }}, '-', 1), '_', 2) in ('USDC', 'USDT'))
{%- endmacro %}
