{# The current version of every key: raw keeps all versions a source ever gave, the one known last counts.
   `month` is part of the partition so that a filter on it reaches the hive partitions through the window. #}
{% macro latest_version(relation, keys) -%}
    select *
    from (
        select
            *,
            row_number() over (
                partition by month, {{ keys | join(', ') }}
                order by _fetched_at desc, _payload_sha256 desc
            ) as version_rank
        from {{ relation }}
    ) as versions
    where version_rank = 1
{%- endmacro %}
