{# Funding of edgeX names the number of a contract: the name it was listed under last. #}
{% macro edgex_symbols() -%}
    select
        contract_id,
        max_by(contract_name, observed_on) as contract_name
    from {{ source('edgex', 'instruments') }}
    group by contract_id
{%- endmacro %}
