{# The current version of every key: raw keeps all versions a source ever gave, the one known last counts.
   `month` is part of the partition so that a filter on it reaches the hive partitions through the window. `since` is a predicate on keys
   that leaves out rows of no use to a build by days (`events_since_first_day`), before they are ranked. #}
{% macro latest_version(relation, keys, since='') -%}
    select *
    from (
        select
            *,
            row_number() over (
                partition by month, {{ keys | join(', ') }}
                order by _fetched_at desc, _payload_sha256 desc
            ) as version_rank
        from {{ relation }}
        {%- if since %}
        where {{ since }}
        {%- endif %}
    ) as versions
    where version_rank = 1
{%- endmacro %}
