{# Sections of token_unlocks that go to those who made or paid for the token before it traded. See docs/decisions/0030-net-of-what-is-printed.md. #}
{% macro insider_sections() -%}
    {{ return(['team', 'investors']) }}
{%- endmacro %}

{# Token models that give holders no part of the fees: what is left of a yield is what is printed. #}
{% macro models_without_fees() -%}
    {{ return(['staking_utility', 'governance_only', 'none']) }}
{%- endmacro %}
