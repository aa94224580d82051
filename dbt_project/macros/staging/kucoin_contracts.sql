{# The symbols of KuCoin's perpetuals; dated contracts share the lists and the series. #}
{% macro kucoin_perpetuals() -%}
    (select distinct symbol from {{ source('kucoin', 'instruments') }} where type = 'FFWCSX')
{%- endmacro %}
