{# An aggregate over the last `days` calendar days up to and with each row's, or over the `days` before the last `skip`. #}
{% macro trailing(aggregate, expression, partition, day, days, skip=0) -%}
    {{ aggregate }}({{ expression }}) over (
        partition by {{ partition }}
        order by {{ day }}
        range between interval '{{ days + skip - 1 }}' day preceding and
        {%- if skip %} interval '{{ skip }}' day preceding{% else %} current row{% endif %}
    )
{%- endmacro %}
