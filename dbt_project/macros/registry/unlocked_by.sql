{# Tokens that a row of token_unlocks has let into circulation by the end of a day: never more than its own, nothing without dates.
   The unlocks of any span of days are the difference of two of these, so that no row needs the days ahead of it to be spelt out. #}
{% macro unlocked_by(day, rule) -%}
    {%- set passed = dbt.datediff(rule ~ '.starts_on', day, 'day') -%}
    {%- set days = dbt.datediff(rule ~ '.starts_on', rule ~ '.ends_on', 'day') -%}
    case
        when {{ rule }}.starts_on is null or {{ day }} < {{ rule }}.starts_on then 0.0
        when {{ rule }}.kind = 'cliff' or {{ day }} >= {{ rule }}.ends_on then {{ rule }}.tokens
        when {{ rule }}.kind = 'linear' then {{ rule }}.tokens * ({{ passed }} + 1) / {{ days }}
        when {{ rule }}.step_days is not null
            then {{ rule }}.tokens * (floor({{ passed }} / cast({{ rule }}.step_days as double)) + 1)
                / ({{ days }} / cast({{ rule }}.step_days as double) + 1)
        else
            {{ rule }}.tokens * (floor({{ whole_months(rule ~ '.starts_on', day) }} / cast({{ rule }}.step_months as double)) + 1)
            / ({{ whole_months(rule ~ '.starts_on', rule ~ '.ends_on') }} / cast({{ rule }}.step_months as double) + 1)
    end
{%- endmacro %}

{# Months that are over between two days. #}
{% macro whole_months(first, last) -%}
    (12 * (extract(year from {{ last }}) - extract(year from {{ first }})) + extract(month from {{ last }}) - extract(month from {{ first }})
        - case when extract(day from {{ last }}) < extract(day from {{ first }}) then 1 else 0 end)
{%- endmacro %}
