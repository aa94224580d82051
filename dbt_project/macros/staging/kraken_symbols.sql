{# What Kraken's symbols say by themselves; they are upper case, but for lists before 2023. #}

{# PF_ is linear and PI_ inverse; dated contracts are FI_ and FF_, indices in_ and rr_. #}
{% macro is_kraken_perpetual(symbol='symbol') -%}
    (substring(upper({{ symbol }}), 1, 3) in ('PF_', 'PI_'))
{%- endmacro %}

{# One contract is one USD, not one base unit. #}
{% macro is_kraken_inverse(symbol='symbol') -%}
    (substring(upper({{ symbol }}), 1, 3) = 'PI_')
{%- endmacro %}

{# Hours that a rate of this stamp held for: four before 2022-09-29 (rows 4 h apart in ccxt's pull request
   19691, Kraken's page "Funding Rate Method Prior to September 29, 2022" in 23995), one since. #}
{% macro kraken_rate_hours(stamp=adapter.quote('timestamp')) -%}
    case when {{ stamp }} < {{ day_start("date '2022-09-29'") }} then 4 else 1 end
{%- endmacro %}
