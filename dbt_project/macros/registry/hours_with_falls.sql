{# Two common table expressions, of which `measured` has each hour of an asset with its fall: its lowest price against the highest of the 24 hours before;
   and with a usual day: standard deviation of the 27 days before those, and how many of their hours are known. Nothing later than the hour is in a row. #}
{% macro hours_with_falls(days_before) -%}
{%- set day_before %}range between interval '24' hour preceding and interval '1' hour preceding{% endset %}
{%- set usual %}range between interval '672' hour preceding and interval '25' hour preceding{% endset -%}
hours as (
    select
        *,
        power(ln(close / open), 2) as squared_return
    from {{ ref('mart_asset_hourly') }}
    where open > 0 and low > 0 and close > 0 and {{ in_touched_days(days_before=days_before, column='cast(opened_at as date)') }}
),

measured as (
    select
        *,
        low / greatest(open, coalesce(max(high) over (partition by asset order by opened_at {{ day_before }}), open)) - 1 as fall,
        sqrt(
            {{ exact_sum('squared_return', 18, ' over (partition by asset order by opened_at ' ~ usual ~ ')') }}
            / nullif(count(squared_return) over (partition by asset order by opened_at {{ usual }}), 0) * 24
        ) as usual_day,
        count(squared_return) over (partition by asset order by opened_at {{ usual }}) as usual_hours
    from hours
)
{%- endmacro %}
