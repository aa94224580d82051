{# What a contract of the Commitments of Traders is: its units as the exchanges specify them. contract_units in the report is prose, at
   times wrong ("(Bitcoin X $0.10)" is a tenth of a bitcoin). 133LM5, BITCOIN CASH PERP STYLE of one "Bitcoin", is left out: its name
   and its units do not say whether it is bitcoin or bitcoin cash. #}
{% macro cme_contracts() -%}
    {%- set contracts = [
        ('133741', 'cme', 'BTC', 5, false), ('133742', 'cme', 'BTC', 0.1, false),
        ('146021', 'cme', 'ETH', 50, false), ('146022', 'cme', 'ETH', 0.1, false),
        ('177741', 'cme', 'SOL', 500, false), ('177742', 'cme', 'SOL', 25, false), ('176740', 'cme', 'XRP', 50000, false),
        ('1330E1', 'cboe', 'BTC', 1, false),
        ('133LM1', 'coinbase_derivatives', 'BTC', 0.01, false), ('133LM4', 'coinbase_derivatives', 'BTC', 0.01, true),
        ('146LM1', 'coinbase_derivatives', 'ETH', 0.1, false), ('146LM3', 'coinbase_derivatives', 'ETH', 0.1, true),
        ('177LM1', 'coinbase_derivatives', 'SOL', 5, false), ('177LM3', 'coinbase_derivatives', 'SOL', 5, true),
        ('176LM1', 'coinbase_derivatives', 'XRP', 500, false), ('176LM3', 'coinbase_derivatives', 'XRP', 500, true)
    ] -%}
    {%- for code, exchange, asset, size, is_perpetual in contracts %}
    select
        '{{ code }}' as contract_code,
        '{{ exchange }}' as exchange,
        '{{ asset }}' as base_asset,
        cast({{ size }} as double) as contract_size,
        {{ is_perpetual }} as is_perpetual_style
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
