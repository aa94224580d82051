{# Join condition: the version of a market that an event at `instant` belongs to. #}
{% macro resolved_market(market_id, instant, markets='markets') -%}
    {{ market_id }} = {{ markets }}.market_id
        and {{ instant }} >= {{ markets }}.resolves_from
        and {{ instant }} < {{ markets }}.resolves_to
{%- endmacro %}
