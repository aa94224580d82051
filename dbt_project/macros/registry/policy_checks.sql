{# How a policy is held against what its source reports over 90 days, and when that can be done. #}

{# Known days that stand for a month: a hole of a few days must not blank it. #}
{% macro known_days_of_a_month() -%}27{%- endmacro %}

{% macro comparable(one, other) -%}
    {{ one }} is not null and {{ other }} is not null and {{ can_be_money(one) }} and {{ can_be_money(other) }}
{%- endmacro %}

{# Less than half, or more than twice, of what was reported; something of nothing is either. Two nothings agree. #}
{% macro policy_is_suspect(policy, reported) -%}
    not (
        ({{ policy }} = 0 and {{ reported }} = 0)
        or ({{ reported }} > 0 and {{ policy }} >= 0.5 * {{ reported }} and {{ policy }} <= 2 * {{ reported }})
    )
{%- endmacro %}

{# Money of the last days, exact in any order. #}
{% macro trailing_money(expression, partition, day, days) -%}
    cast({{ trailing('sum', as_money(expression), partition, day, days) }} as double)
{%- endmacro %}
