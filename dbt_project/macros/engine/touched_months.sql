{# What an incremental build must rebuild, as ingestion says in state/touched_months.csv. #}

{# A predicate on the month column: the touched months, and with `before`/`after` that many neighbours of each, for models
   whose rows depend on them. True for everything in a full build or when the list is absent; false when it is empty. #}
{% macro in_touched_months(before=0, after=0, column='month') -%}
    {%- if var('is_plan', false) -%}
        {{ months_to_fill_in(before, after, column) }}
    {%- elif not is_incremental() -%}
        1 = 1
    {%- else -%}
        {{ months_predicate(touched_months(), before, after, column) }}
    {%- endif -%}
{%- endmacro %}

{# In the plan (compiled once, run every day) a mark stands for the predicate: whoever runs it fills in the months. #}
{% macro months_to_fill_in(before, after, column) -%}
    /*touched before={{ before }} after={{ after }} column={{ column }}*/ 1 = 1
{%- endmacro %}

{% macro months_predicate(months, before=0, after=0, column='month') -%}
    {%- if months is none -%}
        1 = 1
    {%- elif months | length == 0 -%}
        1 = 0
    {%- else -%}
        {%- set wanted = [] -%}
        {%- for month in months -%}
            {%- for step in range(-before, after + 1) -%}
                {%- do wanted.append(month_shifted(month, step)) -%}
            {%- endfor -%}
        {%- endfor -%}
        {{ column }} in ('{{ wanted | unique | sort | join("', '") }}')
    {%- endif -%}
{%- endmacro %}

{# The list of months, or none when ingestion left no list. #}
{% macro touched_months() -%}
    {%- if not execute -%}{{ return(none) }}{%- endif -%}
    {%- set path = data_dir() ~ '/state/touched_months.csv' -%}
    {%- if run_query("select file from glob('" ~ path ~ "')").rows | length == 0 -%}{{ return(none) }}{%- endif -%}
    {%- set query = "select distinct month from read_csv('" ~ path ~ "', header = true, columns = {'month': 'varchar'})" -%}
    {%- set months = run_query(query ~ " where month is not null order by month").columns[0].values() | list -%}
    {%- for month in months if not modules.re.match('^[0-9]{4}-[0-9]{2}$', month) -%}
        {{ exceptions.raise_compiler_error(
            "state/touched_months.csv: '" ~ month ~ "' is not a month YYYY-MM; delete the file to rebuild all months"
        ) }}
    {%- endfor -%}
    {{ return(months) }}
{%- endmacro %}

{% macro month_shifted(month, step) -%}
    {%- set count = (month[:4] | int) * 12 + (month[5:] | int) - 1 + step -%}
    {{ return('%04d-%02d' % (count // 12, count % 12 + 1)) }}
{%- endmacro %}

{# The same for tests, which have no incremental state: everything unless `touched_only`, and in a full refresh. #}
{% macro touched_filter(touched_only, column='month') -%}
    {%- if touched_only and var('is_plan', false) -%}
        {{ months_to_fill_in(0, 0, column) }}
    {%- elif touched_only and execute and not flags.FULL_REFRESH -%}
        {{ months_predicate(touched_months(), column=column) }}
    {%- else -%}
        1 = 1
    {%- endif -%}
{%- endmacro %}
