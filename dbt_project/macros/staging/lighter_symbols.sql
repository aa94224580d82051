{# Series of Lighter name the number of a market: the symbol it was listed under last. #}
{% macro lighter_symbols() -%}
    select
        market_id,
        max_by(symbol, observed_on) as symbol
    from {{ source('lighter', 'instruments') }}
    group by market_id
{%- endmacro %}
