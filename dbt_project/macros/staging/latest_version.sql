{# The current version of every key of a raw table: raw keeps all versions a source ever gave, the one known last
   counts; where that one says that the row was withdrawn, there is none. The key is the one that the adapter declares. `month` is part of the partition so that a filter on it
   reaches the hive partitions through the window. `since` is a predicate on keys that leaves out rows of no use to a
   build by days (`events_since_first_day`), before they are ranked.
   Of a history, a query that asks for versions (`all_versions`) has every version of the keys that have several, and withdrawn ones with
   nothing but their key. #}
{% macro latest_version(source_name, table, since='') -%}
    {%- set is_history = source_name ~ '.' ~ table in raw_histories() -%}
    select *
    from (
        select
            *,
            row_number() over (
                partition by month, {{ raw_key(source_name, table) | join(', ') }}
                order by _fetched_at desc, _payload_sha256 desc
            ) as version_rank
            {%- if is_history %},
            count(*) over (partition by month, {{ raw_key(source_name, table) | join(', ') }}) as versions
            {%- endif %}
        from {{ source(source_name, table) }}
        {%- if since %}
        where {{ since }}
        {%- endif %}
    ) as versions
    where {{ is_chosen('version_rank', and_not='coalesce(_is_withdrawn, false)', or_else='versions > 1' if is_history else '1 = 0') }}
{%- endmacro %}

{# The key columns of a raw table, quoted. #}
{% macro raw_key(source_name, table) -%}
    {%- set names = [] -%}
    {%- for name in raw_keys()[source_name ~ '.' ~ table] -%}{%- do names.append(adapter.quote(name)) -%}{%- endfor -%}
    {{ return(names) }}
{%- endmacro %}
