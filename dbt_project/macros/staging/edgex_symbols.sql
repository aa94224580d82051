{# Funding of edgeX names the number of a contract: the name it was listed under on that day. #}
{% macro edgex_symbols() -%}
    {{ as_listed('edgex', 'instruments', ['contract_id'], ['contract_name']) }}
{%- endmacro %}
