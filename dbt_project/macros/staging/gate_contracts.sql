{# Whether Gate's contracts trade in fractions, by the days of the lists that say so. #}
{% macro gate_fractions() -%}
    select
        settle,
        name as contract,
        enable_decimal,
        first_on,
        end_on
    from ({{ as_listed('gate', 'contracts', ['settle', 'name'], ['enable_decimal']) }}) as listed
{%- endmacro %}

{# A contract of 1 USD settled in bitcoin: the list says so. #}
{% macro is_gate_inverse(type='type', contract='contract') -%}
    coalesce({{ type }} = 'inverse', {{ contract }} = 'BTC_USD')
{%- endmacro %}

{# The one that every series counts in USD: it is older than the lists. #}
{% macro is_gate_of_dollars(contract='contract') -%}
    ({{ contract }} = 'BTC_USD')
{%- endmacro %}

{# Settled in USDT, so the quote currency counts 1:1 as USD. A direct contract of the BTC book is a quanto: its value is no amount of USD. #}
{% macro is_gate_dollar_settled(settle='settle') -%}
    {{ settle }} in ('usdt', 'usd')
{%- endmacro %}
