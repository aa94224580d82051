{# What a venue changed after the fact, in the units of the facts. `versions` names a CTE that has every version of the rows of which a source gave
   several, `key` what tells these rows apart; a row that was withdrawn has figures that are null. #}

{# CTE `name`: each version that differs in known time from the one before it, with both figures of each metric. Only of the source that the
   fact believes: `held` is the fact, joined by `on`. #}
{% macro changed_versions(name, versions, key, metrics, held, held_on) -%}
{{ name }}_compared as (
    select
        *,
        {% for metric in metrics -%}
        lag({{ metric }}) over of_row as old_{{ metric }},
        {% endfor -%}
        lag(fetched_at) over of_row as first_known_at
    from {{ versions }}
    window of_row as (partition by source, {{ key | join(', ') }} order by fetched_at)
),

{{ name }} as (
    select {{ name }}_compared.*
    from {{ name }}_compared
    left join {{ held }} as held
        on {{ name }}_compared.month = held.month
        {%- for column in held_on %}
        and {{ name }}_compared.{{ column }} = held.{{ column }}
        {%- endfor %}
    where
        {{ name }}_compared.first_known_at < {{ name }}_compared.fetched_at
        and coalesce(held.source, {{ name }}_compared.source) = {{ name }}_compared.source
)
{%- endmacro %}

{# A restatement for each metric that differs. `instant` is what beside the subject names the row. #}
{% macro restated(name, table, subject, instant, metrics) -%}
    {%- for metric in metrics %}
    select
        '{{ table }}' as fact,
        {{ subject }} || ':' || cast({{ instant }} as {{ dbt.type_string() }}) as {{ adapter.quote('key') }},
        '{{ metric }}' as metric,
        fetched_at as known_at,
        {{ subject }} as subject,
        date,
        old_{{ metric }} as old_value,
        {{ metric }} as new_value,
        first_known_at,
        month
    from {{ name }}
    where (old_{{ metric }} is null) <> ({{ metric }} is null) or old_{{ metric }} <> {{ metric }}
    {%- if not loop.last %}
    union all
    {%- endif -%}
    {%- endfor -%}
{%- endmacro %}

{# CTE `name`: a day's sum before and after each time that rows of it changed. What it comes to now is in the fact, `held`; what changed later
   is taken from that. A day of which nothing is left has no figure any more. #}
{% macro changed_sums(name, changes, key, metrics, held) -%}
{{ name }}_steps as (
    select
        {{ key | join(', ') }},
        fetched_at,
        month,
        {% for metric in metrics -%}
        {{ exact_sum('coalesce(' ~ metric ~ ', 0) - coalesce(old_' ~ metric ~ ', 0)') }} as step_{{ metric }},
        {% endfor -%}
        max(first_known_at) as first_known_at
    from {{ changes }}
    group by {{ key | join(', ') }}, fetched_at, month
),

{{ name }}_later as (
    select
        *,
        {%- for metric in metrics %}
        coalesce({{ exact_sum('step_' ~ metric, over=' over (partition by ' ~ key | join(', ') ~ ' order by fetched_at desc rows between unbounded preceding and 1 preceding)') }}, 0) as later_{{ metric }},
        {%- endfor %}
        row_number() over (partition by {{ key | join(', ') }} order by fetched_at desc) as steps_back
    from {{ name }}_steps
),

{{ name }} as (
    select
        {{ name }}_later.*,
        {%- for metric in metrics %}
        case when held.month is not null or steps_back > 1 then coalesce(held.{{ metric }}, 0) - later_{{ metric }} end as {{ metric }},
        coalesce(held.{{ metric }}, 0) - later_{{ metric }} - step_{{ metric }} as old_{{ metric }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from {{ name }}_later
    left join {{ held }} as held
        on {{ name }}_later.month = held.month
        {%- for column in key %}
        and {{ name }}_later.{{ column }} = held.{{ column }}
        {%- endfor %}
    -- of a day that is not over yet there is no sum
    where {{ name }}_later.fetched_at >= {{ day_end(name ~ '_later.date') }}
)
{%- endmacro %}

{# A predicate that leaves out the sources of which one row of staging is made of several of raw: their versions cannot be compared. #}
{% macro has_versions(entity) -%}
    source not in ('{{ var('made_of_several')[entity] | join("', '") }}')
{%- endmacro %}
