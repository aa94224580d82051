{# What a source changed after the fact: each version of a key that differs from the one before it, received after the key's day was
   closed to its series. A value seen while its UTC day was not over is a preview, and the first value of the closed day replaces it:
   that is no restatement. Raw keeps changes only, so a preview that was already final adds no version; whether the day was closed is
   read off the series instead: the read before this one came after the day's end.
   `versions` has the columns subject, metric, series, date, value, fetched_at; `series` is what one answer of the source covers. #}
{% macro restatements(versions, table) -%}
    select
        '{{ table }}' as fact,
        compared.subject || ':' || cast(compared.date as {{ dbt.type_string() }}) as {{ adapter.quote('key') }},
        compared.metric,
        compared.fetched_at as known_at,
        compared.subject,
        compared.date,
        compared.old_value,
        compared.value as new_value,
        compared.first_known_at,
        {{ month_of('compared.date') }} as month
    from (
        select
            *,
            row_number() over (partition by series, subject, metric, date order by fetched_at) as version_number,
            lag(value) over (partition by series, subject, metric, date order by fetched_at) as old_value,
            lag(fetched_at) over (partition by series, subject, metric, date order by fetched_at) as first_known_at
        from {{ versions }}
    ) as compared
    inner join (
        select
            series,
            fetched_at,
            lag(fetched_at) over (partition by series order by fetched_at) as previous_read_at
        from (select distinct series, fetched_at from {{ versions }}) as distinct_reads
    ) as reads
        on compared.series = reads.series and compared.fetched_at = reads.fetched_at
    where
        compared.version_number > 1
        and reads.previous_read_at >= {{ day_end('compared.date') }}
        and ((compared.old_value is null) <> (compared.value is null) or compared.old_value <> compared.value)
{%- endmacro %}
