{# The last `days` against the `days` before, as a fraction; null unless every one of those days has a figure,
   and all of one `source`. #}
{% macro growth(expression, partition, day, days, source=none) -%}
    case
        when {{ trailing('count', expression, partition, day, 2 * days) }} = {{ 2 * days }}
            {%- if source %}
            and {{ trailing('min', source, partition, day, 2 * days) }} = {{ trailing('max', source, partition, day, 2 * days) }}
            {%- endif %}
            then {{ trailing('sum', expression, partition, day, days) }}
                / nullif({{ trailing('sum', expression, partition, day, days, skip=days) }}, 0) - 1
    end
{%- endmacro %}
