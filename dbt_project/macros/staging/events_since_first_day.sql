{# What a fact that is made again by days reads of a large raw table: three days before the first touched one, and all after. Everything where no
   such build runs. `moment` is the key that holds the event: Unix ms, or a text that begins with the day. #}
{% macro events_since_first_day(moment, is_text=false) -%}
    {%- if target.type == 'duckdb' -%}
        {%- set first = "coalesce(getvariable('first_day'), date '1970-01-04') - 3" -%}
        {{ moment }} >= {{ "strftime(" ~ first ~ ", '%Y-%m-%d')" if is_text else "epoch_ms(cast(" ~ first ~ " as date))" }}
    {%- endif -%}
{%- endmacro %}
