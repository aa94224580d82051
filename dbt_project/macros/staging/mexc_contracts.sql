{# What a MEXC contract is worth, as the list gave it last, one row per symbol: base on linear, USD on inverse contracts. #}
{% macro mexc_contracts() -%}
    select
        symbol,
        max_by(settle_coin = base_coin, observed_on) as is_inverse,
        max_by(quote_coin in ('USDT', 'USDC', 'USD1', 'USD'), observed_on) as is_dollar_quoted,
        max_by(contract_size, observed_on) as contract_size
    from {{ source('mexc', 'instruments') }}
    where coalesce(future_type, 1) = 1
    group by symbol
{%- endmacro %}

{# Does the contract stand on one of the pages of a concept? #}
{% macro is_mexc_plate(name) -%}
    lower(coalesce(concept_plate, '')) like '%mc-trade-zone-{{ name }}%'
{%- endmacro %}
