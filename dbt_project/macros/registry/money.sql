{# Amounts that must add up are counted in millionths of a dollar, as decimals: a sum of them is exact in any order. #}
{% macro type_money() -%}decimal(38, 6){%- endmacro %}
{% macro as_money(expression) -%}cast({{ expression }} as {{ type_money() }}){%- endmacro %}
{% macro smallest_money() -%}0.000001{%- endmacro %}

{# Whether an amount can be a day's fees at all. What is above is an error of its source: the gate holds it back, and it must not break
   the build of the other days. #}
{% macro can_be_money(expression) -%}abs({{ expression }}) < 1000000000000000{%- endmacro %}
