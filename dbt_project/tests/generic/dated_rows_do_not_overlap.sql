{# Rows of one key whose spans overlap: a name would mean two things on one day. Blank keys count as one,
   blank days as without bound. #}
{% test dated_rows_do_not_overlap(model, columns) %}
select {{ columns | join(', ') }}, valid_from
from (
    select
        *,
        lag(coalesce(valid_to, date '9999-12-31')) over (
            partition by {{ columns | join(', ') }}
            order by coalesce(valid_from, date '1970-01-01')
        ) as previous_to
    from {{ model }}
) as dated
where coalesce(valid_from, date '1970-01-01') < previous_to
{% endtest %}
