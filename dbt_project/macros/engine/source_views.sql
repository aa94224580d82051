{# Views <schema>.<identifier> over the parquet of every declared source table.
   The path is raw/<source>/<entity> under the data directory; a source table may name another one in `meta.path`.
   An entity that has no file yet becomes an empty view with the columns and types declared for it. #}
{% macro create_source_views() -%}
    {%- if execute -%}
        {%- set found = source_paths_found() -%}
        {%- for source in graph.sources.values() | sort(attribute='unique_id') -%}
            {%- if loop.first %}
create schema if not exists raw; create schema if not exists quality;
            {%- endif -%}
            {%- set path = source_path(source) %}
create or replace view {{ source.schema }}.{{ source.identifier }} as
            {{ read_parts(path) if path in found else empty_columns(source) }};
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}

{% macro source_path(source) -%}
    {{ (source.config.get('meta') or source.meta or {}).get('path', 'raw/' ~ source.source_name ~ '/' ~ source.name) }}
{%- endmacro %}

{# Which source folders hold at least one part: one look at the directory, not one per entity. #}
{% macro source_paths_found() -%}
    {%- set root = data_dir() -%}
    {%- set query -%}
        select distinct regexp_replace(substr(file, {{ env_var('PERPS_DATA_DIR') | length + 2 }}), '/month=[^/]*/part[.]parquet$', '')
        from (
            select file from glob('{{ root }}/raw/*/*/month=*/part.parquet')
            union all
            select file from glob('{{ root }}/quality/*/month=*/part.parquet')
        ) as parts
    {%- endset -%}
    {{ return(run_query(query).columns[0].values() | list) }}
{%- endmacro %}

{% macro read_parts(path) -%}
    select * from read_parquet(
        '{{ data_dir() }}/{{ path }}/month=*/part.parquet',
        hive_partitioning = true, hive_types = {'month': 'varchar'}, union_by_name = true
    )
{%- endmacro %}

{% macro empty_columns(source) -%}
    select
        {%- for column in source.columns.values() %}
        cast(null as {{ column.data_type }}) as {{ adapter.quote(column.name) }}{{ ',' if not loop.last or source.schema == 'raw' }}
        {%- endfor %}
        {%- for name, data_type in every_raw_table().items() if source.schema == 'raw' %}
        cast(null as {{ data_type }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    where 1 = 0
{%- endmacro %}

{# What ingestion adds to every raw row: when its answer was fetched, the SHA-256 landing keeps that answer under, the run that
   fetched it, whether the answer no longer had the row, and the UTC month of the event (the hive partition). No _sources.yml repeats them. #}
{% macro every_raw_table() -%}
    {{ return({'_fetched_at': 'timestamptz', '_payload_sha256': 'varchar', '_run_id': 'varchar', '_is_withdrawn': 'boolean', 'month': 'varchar'}) }}
{%- endmacro %}
