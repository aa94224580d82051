{# The rows of a dated seed as spans that cover all time without gaps: per key from `starts_at` to `ends_at`
   (exclusive), with the values of the row that counts then, null where none does. `valid_from` is the first
   day of a row, `valid_to` the day after its last; blank is without bound. #}
{% macro dated_rows(seed, keys, values) -%}
    select
        {%- for key in keys %}
        spans.{{ key }},
        {%- endfor %}
        {%- for value in values %}
        dated.{{ value }},
        {%- endfor %}
        {{ day_start('spans.starts_on') }} as starts_at,
        {{ day_start('spans.ends_on') }} as ends_at
    from (
        select
            *,
            lead(starts_on, 1, date '9999-12-31') over (partition by {{ keys | join(', ') }} order by starts_on) as ends_on
        from (
            select {{ keys | join(', ') }}, coalesce(valid_from, date '1970-01-01') as starts_on from {{ seed }}
            union distinct
            select {{ keys | join(', ') }}, valid_to as starts_on from {{ seed }} where valid_to is not null
            union distinct
            select {{ keys | join(', ') }}, date '1970-01-01' as starts_on from {{ seed }}
        ) as bounds
    ) as spans
    left join {{ seed }} as dated
        on {% for key in keys %}spans.{{ key }} = dated.{{ key }} and {% endfor %}
        spans.starts_on >= coalesce(dated.valid_from, date '1970-01-01')
        and spans.starts_on < coalesce(dated.valid_to, date '9999-12-31')
{%- endmacro %}
