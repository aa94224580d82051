{# What an incremental build writes anew: the months listed in state/<list>.csv, with their neighbours. A model says so in one place, its config:
   `meta: {touched: {list: touched_months, before: 1, after: 0}}`, and every predicate below follows from that. The lists are read when the SQL runs, not when it is compiled. An empty list writes nothing; without a list, and in a
   full refresh, everything is written. #}

{# A predicate on a month column: what the model writes, and `before`/`after` that many months more, to be read for it. #}
{% macro in_touched_months(before=0, after=0, column='month') -%}
    {%- if is_incremental() and is_listed(touched().list) -%}
        {{ column }} in ({{ touched_months(touched(), before, after) }})
    {%- else -%}
        1 = 1
    {%- endif -%}
{%- endmacro %}

{# The same by day, for windows that reach some days back or ahead. #}
{% macro in_touched_days(days_before=0, days_after=0, column='date') -%}
    {%- if is_incremental() and is_listed(touched().list) -%}
        {{ column }} in ({{ touched_days(touched(), days_before, days_after) }})
    {%- else -%}
        1 = 1
    {%- endif -%}
{%- endmacro %}

{# The same for a test, which has no incremental state of its own: what the model under test wrote, if `touched_only`; all in a full refresh. #}
{% macro touched_filter(touched_only, column='month') -%}
    {%- set written = touched(graph.nodes[model.attached_node]) if touched_only and execute else none -%}
    {%- if written and not flags.FULL_REFRESH and is_listed(written.list) -%}
        {{ column }} in ({{ touched_months(written) }})
    {%- else -%}
        1 = 1
    {%- endif -%}
{%- endmacro %}

{# Incremental strategy `by_month`: the written months are replaced as a whole, so that one that became empty loses its rows. #}
{% macro get_incremental_by_month_sql(arg_dict) -%}
    {%- set columns = get_quoted_csv(arg_dict.dest_columns | map(attribute='name')) -%}
    delete from {{ arg_dict.target_relation }} where {{ in_touched_months() }};
    insert into {{ arg_dict.target_relation }} ({{ columns }})
    select {{ columns }} from {{ arg_dict.temp_relation }}
{%- endmacro %}

{# What the model being built writes, or a node of the graph. #}
{% macro touched(node=none) -%}
    {{ return((config.get('meta') if node is none else node.config.meta).touched) }}
{%- endmacro %}

{% macro touched_list(name) -%}{{ data_dir() }}/state/{{ name }}.csv{%- endmacro %}

{% macro is_listed(name) -%}
    {%- if not execute -%}{{ return(false) }}{%- endif -%}
    {{ return(run_query("select file from glob('" ~ touched_list(name) ~ "')").rows | length > 0) }}
{%- endmacro %}

{# Queries of one column. #}
{% macro touched_months(written, before=0, after=0) -%}
    select distinct strftime(cast(months.month || '-01' as date) + to_months(cast(steps.step as integer)), '%Y-%m')
        from read_csv('{{ touched_list(written.list) }}', header = true, columns = {'month': 'varchar'}) as months
        cross join range({{ -written.before - before }}, {{ written.after + after + 1 }}) as steps (step)
{%- endmacro %}

{% macro touched_days(written, days_before=0, days_after=0) -%}
    select distinct cast(unnest(generate_series(
            cast(first_day - to_days({{ days_before }}) as timestamp),
            cast(first_day + to_months(1) + to_days({{ days_after - 1 }}) as timestamp),
            to_days(1)
        )) as date)
        from (select cast(month || '-01' as date) as first_day from ({{ touched_months(written) }}) as months (month)) as months
{%- endmacro %}

{# Months that hold the `days` before a month. #}
{% macro months_of_days(days) -%}{{ return((days + 27) // 28) }}{%- endmacro %}
