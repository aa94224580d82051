{# Conversions between the sources' integer stamps, instants (with time zone, UTC) and days. #}

{% macro type_instant() -%}{{ return(adapter.dispatch('type_instant')()) }}{%- endmacro %}
{% macro default__type_instant() -%}timestamptz{%- endmacro %}
{% macro spark__type_instant() -%}timestamp{%- endmacro %}

{% macro from_epoch_s(column) -%}{{ return(from_epoch_us('(' ~ column ~ ') * 1000000')) }}{%- endmacro %}
{% macro from_epoch_ms(column) -%}{{ return(from_epoch_us('(' ~ column ~ ') * 1000')) }}{%- endmacro %}

{% macro from_epoch_us(column) -%}{{ return(adapter.dispatch('from_epoch_us')(column)) }}{%- endmacro %}
{% macro default__from_epoch_us(column) -%}make_timestamptz({{ column }}){%- endmacro %}
{% macro spark__from_epoch_us(column) -%}timestamp_micros({{ column }}){%- endmacro %}

{% macro epoch_ms(column) -%}{{ return(adapter.dispatch('epoch_ms')(column)) }}{%- endmacro %}
{% macro default__epoch_ms(column) -%}epoch_ms({{ column }}){%- endmacro %}
{% macro spark__epoch_ms(column) -%}unix_millis({{ column }}){%- endmacro %}

{# Stamps arrive milliseconds late; a settlement is keyed by the minute or hour it belongs to. #}
{% macro rounded_to(column, unit) -%}
    cast(floor((({{ column }}) + {{ unit // 2 }}) / {{ unit }}) as bigint) * {{ unit }}
{%- endmacro %}
{% macro floored_to(column, unit) -%}
    cast(floor(({{ column }}) / {{ unit }}) as bigint) * {{ unit }}
{%- endmacro %}

{# Midnight UTC of a day, and of the day after it. #}
{% macro day_start(day) -%}cast({{ day }} as {{ type_instant() }}){%- endmacro %}
{% macro day_end(day) -%}cast({{ day }} as {{ type_instant() }}) + interval '1' day{%- endmacro %}

{# 'YYYY-MM' of the month after a month column. #}
{% macro next_month(column) -%}
    case
        when substring({{ column }}, 6, 2) = '12'
            then lpad(cast(cast(substring({{ column }}, 1, 4) as integer) + 1 as {{ dbt.type_string() }}), 4, '0') || '-01'
        else substring({{ column }}, 1, 5) || lpad(cast(cast(substring({{ column }}, 6, 2) as integer) + 1 as {{ dbt.type_string() }}), 2, '0')
    end
{%- endmacro %}

{# 'YYYY-MM' of a day. #}
{% macro month_of(day) -%}substring(cast({{ day }} as {{ dbt.type_string() }}), 1, 7){%- endmacro %}

{# The day so many days before a day. #}
{% macro days_before(day, days) -%}cast({{ day }} - interval '{{ days }}' day as date){%- endmacro %}

{# The day so many days after a day. #}
{% macro days_after(day, days) -%}cast({{ day }} + interval '{{ days }}' day as date){%- endmacro %}
