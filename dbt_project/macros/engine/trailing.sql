{# An aggregate over the last `days` calendar days up to and with each row's, or over the `days` before the last `skip`. Floats are added up by
   `trailing_sum` and `trailing_mean`, exactly: else a day's figure would depend on how much of the past is in the table. #}
{% macro trailing(aggregate, expression, partition, day, days, skip=0) -%}
    {{ aggregate }}({{ expression }}){{ trailing_window(partition, day, days, skip) }}
{%- endmacro %}

{% macro trailing_sum(expression, partition, day, days, skip=0, scale=12) -%}
    {{ exact_sum(expression, scale, trailing_window(partition, day, days, skip)) }}
{%- endmacro %}

{% macro trailing_mean(expression, partition, day, days) -%}
    {{ trailing_sum(expression, partition, day, days) }} / nullif({{ trailing('count', expression, partition, day, days) }}, 0)
{%- endmacro %}

{% macro trailing_window(partition, day, days, skip=0) %} over (
        partition by {{ partition }}
        order by {{ day }}
        range between interval '{{ days + skip - 1 }}' day preceding and
        {%- if skip %} interval '{{ skip }}' day preceding{% else %} current row{% endif %}
    )
{%- endmacro %}
