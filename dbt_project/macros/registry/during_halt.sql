{# Join condition: the halt of a protocol that a day lies in. #}
{% macro during_halt(protocol, day, halts='halts') -%}
    {{ protocol }} = {{ halts }}.protocol
        and {{ day }} >= {{ halts }}.halted_from
        and ({{ halts }}.halted_to is null or {{ day }} < {{ halts }}.halted_to)
{%- endmacro %}
