{# What a lot of a KuCoin perpetual is worth, as the list gave it last, one row per symbol: base on linear, USD on inverse contracts
   (which write it -1). #}
{% macro kucoin_lots() -%}
    select
        symbol,
        max_by(is_inverse, observed_on) as is_inverse,
        max_by(abs(multiplier), observed_on) as lot_size
    from {{ source('kucoin', 'instruments') }}
    where type = 'FFWCSX'
    group by symbol
{%- endmacro %}
