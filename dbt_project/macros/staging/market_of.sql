{# The columns that name a market, in every standard entity. `symbol` is the expression of the venue's own name of it. #}
{% macro market_of(venue, symbol) -%}
    '{{ venue }}' as venue,
    {{ symbol }} as symbol,
    '{{ venue }}:' || {{ symbol }} as market_id
{%- endmacro %}
