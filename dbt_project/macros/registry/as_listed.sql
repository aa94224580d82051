{# What a list said by day, for series that name something else: one row a key and span, from `first_on` to `end_on` (exclusive), without gaps. What
   the oldest reading said counts before it. #}
{% macro as_listed(source_name, table, keys, values) -%}
    select
        {{ keys | join(', ') }},
        {{ values | join(', ') }},
        case when lag(observed_on) over of_key is null then date '1970-01-01' else observed_on end as first_on,
        lead(observed_on, 1, date '9999-12-31') over of_key as end_on
    from (
        select
            *,
            lag(told) over (partition by {{ keys | join(', ') }} order by observed_on) as told_before
        from (
            select distinct
                {{ keys | join(', ') }},
                {{ values | join(', ') }},
                observed_on,
                concat_ws('|'{% for value in values %}, coalesce(cast({{ value }} as {{ dbt.type_string() }}), ''){% endfor %}) as told
            from ({{ latest_version(source(source_name, table), keys + ['observed_on']) }}) as readings
        ) as told
    ) as changes
    where told_before is null or told <> told_before
    window of_key as (partition by {{ keys | join(', ') }} order by observed_on)
{%- endmacro %}

{# Join condition: what the list said on the day of an instant. #}
{% macro listed_on(instant, list) -%}
    cast({{ instant }} as date) >= {{ list }}.first_on and cast({{ instant }} as date) < {{ list }}.end_on
{%- endmacro %}
