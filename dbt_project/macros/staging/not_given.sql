{# Standard columns that a source has nothing for: nulls of the column's type. Arguments: their names. #}
{% macro not_given() -%}
    {%- set other_types = {
        'trades': 'bigint', 'funding_interval_hours': 'bigint', 'listed_at': type_instant(),
        'settle_asset': dbt.type_string(), 'price_kind': dbt.type_string()
    } -%}
    {%- for column in varargs -%}
    cast(null as {{ other_types.get(column, 'double') }}) as {{ column }}{{ ',\n    ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
