{# The standard columns of open interest that is told in base and of one side, at a price of its own answer: none at zero. #}
{% macro one_side_in_base(held, at_price='mark_price', kind_of_price='mark') -%}
    'one_sided' as side_convention,
    case when {{ at_price }} > 0 then '{{ kind_of_price }}' end as price_kind,
    {{ held }} as open_interest_base,
    case when {{ at_price }} > 0 then {{ held }} * {{ at_price }} end as open_interest_usd,
    {{ not_given('long_usd', 'short_usd') }},
    case when {{ at_price }} > 0 then {{ at_price }} end as price_used,
    {{ told_in_base('open_interest') }}
{%- endmacro %}

{# The standard columns of a candle that counts base alone, of a market quoted in dollars: quote and USD are estimated at the close. #}
{% macro bar_in_base() -%}
    open, high, low, close,
    volume as volume_base,
    volume * close as volume_quote,
    volume * close as volume_usd,
    {{ not_given('trades') }},
    {{ told_in_base('candles') }}
{%- endmacro %}
