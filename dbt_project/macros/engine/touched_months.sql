{# What an incremental build writes anew: the months of a list, with their neighbours. A model says so in one place, its config:
   `meta: {touched: {list: touched_months, before: 1, after: 0}}`; `after: all` is every later month. Every predicate below follows from that.
   The SQL knows a list as a variable of its session, so that it says the same whatever is touched, and so that files of other months are left out
   when it is planned. An empty list writes nothing; without a file state/<list>.csv, and in a full refresh, everything is written.

   `perps` has the project compiled once with the variable `is_plan`, and runs what was compiled: there every predicate stands between two marks,
   so that a build of everything can leave it out, and a test asks the variable `written_months`. There a model can be written by days, too: where
   its config says `days_before: 0, day: date`, and the variable `first_day` is not null, its rows from that day on are replaced. #}

{% macro is_plan() -%}{{ return(var('is_plan', false)) }}{%- endmacro %}

{% macro marked(predicate) -%}
    {%- if is_plan() -%}/*touched*/ ({{ predicate }}) /*end touched*/{%- else -%}{{ predicate }}{%- endif -%}
{%- endmacro %}

{# Before each model: the variable, from the file. #}
{% macro tell_touched() -%}
    {%- if is_by_month() -%}
        set variable {{ touched().list }} = {{ listed_months(touched().list) }}
    {%- endif -%}
{%- endmacro %}

{# A predicate on a month column: what the model writes, and `before`/`after` that many months more, to be read for it. #}
{% macro in_touched_months(before=0, after=0, column='month') -%}
    {%- if is_by_month() -%}
        {%- set months = months_predicate("getvariable('" ~ touched().list ~ "')", touched(), before, after, column) -%}
        {{ marked(months ~ months_since_first_day(before, column)) }}
    {%- else -%}
        1 = 1
    {%- endif -%}
{%- endmacro %}

{# The same by day, for windows that reach some days back. #}
{% macro in_touched_days(days_before=0, column='date') -%}
    {%- if is_by_month() -%}
        {%- set days = days_predicate("getvariable('" ~ touched().list ~ "')", touched(), days_before, column) -%}
        {{ marked(days ~ days_since_first_day(days_before, column)) }}
    {%- else -%}
        1 = 1
    {%- endif -%}
{%- endmacro %}

{# The days that are written of the touched months, and `days_before` that many more. `column` is a day or an instant. #}
{% macro since_first_day(column='date', days_before=0) -%}
    {{ marked('1 = 1' ~ days_since_first_day(days_before, column)) if is_plan() and is_by_month() else '1 = 1' }}
{%- endmacro %}

{# Rows of the model itself on the days that are now written: they are there until it is made again. None where whole months are. #}
{% macro was_written(column='date') -%}
    {{ marked(column ~ " >= coalesce(getvariable('first_day'), date '9999-12-31')") }}
{%- endmacro %}

{% macro months_since_first_day(before, column) -%}
    {%- if is_plan() %} and {{ column }} >= strftime(coalesce(getvariable('first_day'), date '1970-01-01') - to_months({{ before }}), '%Y-%m'){% endif -%}
{%- endmacro %}

{% macro days_since_first_day(days_before, column) -%}
    {%- if is_plan() %} and {{ column }} >= cast(coalesce(getvariable('first_day'), date '1970-01-01') - {{ days_before }} as date){% endif -%}
{%- endmacro %}

{# For a test, which has no incremental state of its own: what the model under test wrote, if `touched_only`; all of it in a full refresh. #}
{% macro touched_filter(touched_only, column='month') -%}
    {%- set written = graph.nodes[model.attached_node].config.meta.touched if touched_only and execute else none -%}
    {%- if written and is_plan() -%}
        {%- set days = days_since_first_day(0, column | replace('month', written.day)) if written.day else '' -%}
        {{ marked("list_contains(getvariable('written_months'), " ~ column ~ ")" ~ days) }}
    {%- elif written and not flags.FULL_REFRESH and is_listed(written.list) -%}
        {{ column }} in (select unnest({{ months_around(listed_months(written.list), written.before, 0 if written.after == 'all' else written.after) }}))
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

{# Whether the model being built replaces months of what is there. #}
{% macro is_by_month() -%}
    {%- set is_monthly = config.get('materialized') == 'incremental' -%}
    {{ return(is_monthly and (is_plan() or (is_incremental() and is_listed(touched().list)))) }}
{%- endmacro %}

{# What the model being built writes. #}
{% macro touched() -%}{{ return(config.get('meta').touched) }}{%- endmacro %}

{% macro touched_file(name) -%}{{ data_dir() }}/state/{{ name }}.csv{%- endmacro %}

{% macro is_listed(name) -%}
    {%- if not execute -%}{{ return(false) }}{%- endif -%}
    {{ return(run_query("select file from glob('" ~ touched_file(name) ~ "')").rows | length > 0) }}
{%- endmacro %}

{% macro listed_months(name) -%}
    (select coalesce(list(distinct month), []) from read_csv('{{ touched_file(name) }}', header = true, columns = {'month': 'varchar'}))
{%- endmacro %}

{% macro months_predicate(months, written, before, after, column) -%}
    {%- if written.after == 'all' -%}
        {{ column }} >= list_min({{ months_around(months, written.before + before, 0) }})
    {%- else -%}
        list_contains({{ months_around(months, written.before + before, written.after + after) }}, {{ column }})
    {%- endif -%}
{%- endmacro %}

{% macro days_predicate(months, written, days_before, column) -%}
    {%- set around = months_around(months, written.before, 0 if written.after == 'all' else written.after) -%}
    {%- if written.after == 'all' -%}
        {{ column }} >= cast(cast(list_min({{ around }}) || '-01' as date) - {{ days_before }} as date)
    {%- else -%}
        {{ column }} in (select unnest(cast(flatten(list_transform({{ around }}, lambda month: generate_series(
            cast(month || '-01' as date) - {{ days_before }}, last_day(cast(month || '-01' as date)), to_days(1)
        ))) as date[])))
    {%- endif -%}
{%- endmacro %}

{# A list of months with their neighbours. #}
{% macro months_around(months, before, after) -%}
    {%- if before == 0 and after == 0 -%}
        {{ months }}
    {%- else -%}
        flatten(list_transform({{ months }}, lambda month: list_transform(range({{ -before }}, {{ after + 1 }}),
            lambda step: strftime(cast(month || '-01' as date) + to_months(cast(step as integer)), '%Y-%m'))))
    {%- endif -%}
{%- endmacro %}

{# How many months hold the `days` before a month. #}
{% macro months_of_days(days) -%}{{ return((days + 27) // 28) }}{%- endmacro %}
