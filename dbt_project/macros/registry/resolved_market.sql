{# Join condition: the version of a market that an event at `instant` belongs to. #}
{% macro resolved_market(market_id, instant, markets='markets') -%}
    {{ market_id }} = {{ markets }}.market_id
        and {{ instant }} >= {{ markets }}.resolves_from
        and {{ instant }} < {{ markets }}.resolves_to
{%- endmacro %}

{# Whether what the market was then had been read by then: before the first reading of a list the oldest
   version counts. #}
{% macro has_assumed_terms(instant, markets='markets') -%}
    coalesce({{ instant }} < {{ markets }}.observed_from, true)
{%- endmacro %}
