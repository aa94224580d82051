{# The standard columns of open interest that is told in base and of one side, at a price of its own answer; zero is no price. #}
{% macro one_side_in_base(amount, price='mark_price', kind='mark') -%}
    'one_sided' as side_convention,
    case when {{ price }} > 0 then '{{ kind }}' end as price_kind,
    {{ amount }} as open_interest_base,
    case when {{ price }} > 0 then {{ amount }} * {{ price }} end as open_interest_usd,
    {{ not_given('long_usd', 'short_usd') }},
    case when {{ price }} > 0 then {{ price }} end as price_used,
    {{ told_in_base() }}
{%- endmacro %}

{# The standard columns of a candle that counts base alone, of a market quoted in dollars: quote and USD are estimated at the close. #}
{% macro bar_in_base(volume='volume') -%}
    open, high, low, close,
    {{ volume }} as volume_base,
    {{ volume }} * close as volume_quote,
    {{ volume }} * close as volume_usd,
    {{ not_given('trades') }},
    {{ told_in_base('candles') }}
{%- endmacro %}
