{# Series of Lighter name the number of a market: the symbol it was listed under on their day. #}
{% macro lighter_symbols() -%}
    {{ as_listed('lighter', 'instruments', ['market_id'], ['symbol']) }}
{%- endmacro %}
