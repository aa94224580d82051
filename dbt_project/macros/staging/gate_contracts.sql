{# What Gate's contracts are: kind, size and whether they trade in fractions, as the list gave it last, one row per contract. #}
{% macro gate_contracts() -%}
    select
        settle,
        name as contract,
        max_by(type, observed_on) as type,
        max_by(quanto_multiplier, observed_on) as quanto_multiplier,
        max_by(coalesce(enable_decimal, false), observed_on) as enable_decimal
    from {{ source('gate', 'contracts') }}
    group by settle, name
{%- endmacro %}

{# A contract of 1 USD settled in bitcoin: the list says so, or the only one there ever was. #}
{% macro is_gate_inverse(type='type', contract='contract') -%}
    coalesce({{ type }} = 'inverse', {{ contract }} = 'BTC_USD')
{%- endmacro %}

{# Settled in USDT, so the quote currency counts 1:1 as USD. A direct contract of the BTC book is a quanto: its value is no amount of USD. #}
{% macro is_gate_dollar_settled(settle='settle') -%}
    {{ settle }} in ('usdt', 'usd')
{%- endmacro %}
