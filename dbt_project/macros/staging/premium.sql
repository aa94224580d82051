{# Mark over index, and both prices; and the condition that there are both, for zero is no price. Arguments: their columns. #}
{% macro premium(mark='mark_price', index='index_price') -%}
    {{ mark }} / {{ index }} - 1 as premium,
    {{ mark }} as mark_price,
    {{ index }} as index_price
{%- endmacro %}

{% macro has_both_prices(mark='mark_price', index='index_price') -%}
    {{ mark }} > 0 and {{ index }} > 0
{%- endmacro %}
