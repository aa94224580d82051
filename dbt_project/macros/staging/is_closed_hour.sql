{# Whether a candle's hour was over when it was fetched: one fetched before that is a preview. `opened` is the column of its start, a Unix
   time in `unit`; `fetched` the column of the fetch. #}
{% macro is_closed_hour(opened, unit='ms', fetched='_fetched_at') -%}
    {%- if unit == 's' -%} ({{ opened }} + 3600) * 1000 {%- else -%} {{ opened }} + 3600000 {%- endif %} <= {{ epoch_ms(fetched) }}
{%- endmacro %}
