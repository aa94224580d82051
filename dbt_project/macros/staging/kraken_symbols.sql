{# What Kraken's symbols say by themselves; they are upper case, but for lists before 2023. #}

{# PF_ is linear and PI_ inverse; dated contracts are FI_ and FF_, indices in_ and rr_. #}
{% macro is_kraken_perpetual(symbol='symbol') -%}
    (substring(upper({{ symbol }}), 1, 3) in ('PF_', 'PI_'))
{%- endmacro %}

{# One contract is one USD, not one base unit. #}
{% macro is_kraken_inverse(symbol='symbol') -%}
    (substring(upper({{ symbol }}), 1, 3) = 'PI_')
{%- endmacro %}
