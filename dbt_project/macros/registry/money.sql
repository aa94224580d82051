{# Amounts that must add up are counted in millionths of a dollar, as decimals: a sum of them is exact in any order. #}
{% macro type_money() -%}decimal(38, 6){%- endmacro %}
{% macro as_money(expression) -%}cast({{ expression }} as {{ type_money() }}){%- endmacro %}
{% macro smallest_money() -%}0.000001{%- endmacro %}

{# Whether an amount can be a day's fees at all. What is above is an error of its source: the gate holds it back, and it must not break
   the build of the other days. #}
{% macro can_be_money(expression) -%}abs({{ expression }}) < 1000000000000000{%- endmacro %}

{# One amount as a fraction of another; nothing is 0 and never -0.0, which a part of negative fees would be. #}
{% macro part_of(part, whole) -%}
    case when {{ part }} = 0 and {{ whole }} <> 0 then cast(0 as double) else {{ part }} / nullif({{ whole }}, 0) end
{%- endmacro %}

{# The same of a part that is no more than the whole: rounding its amounts to millionths must not make it more. #}
{% macro fraction_of(part, whole) -%}
    case
        when {{ part }} / nullif({{ whole }}, 0) > 1 and abs({{ part }} - {{ whole }}) <= 10 * {{ smallest_money() }} then cast(1 as double)
        else {{ part_of(part, whole) }}
    end
{%- endmacro %}
