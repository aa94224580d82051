{# Name of the metric that a series of DefiLlama is. #}
{% macro protocol_metric() -%}
    case
        when adapter_type = 'fees' and data_type = 'dailyFees' then 'fees'
        when adapter_type = 'fees' and data_type = 'dailySupplySideRevenue' then 'supply_side_revenue'
        when adapter_type = 'fees' and data_type = 'dailyRevenue' then 'revenue'
        when adapter_type = 'fees' and data_type = 'dailyProtocolRevenue' then 'protocol_revenue'
        when adapter_type = 'fees' and data_type = 'dailyHoldersRevenue' then 'holders_revenue'
        when adapter_type = 'derivatives' and data_type = 'dailyVolume' then 'volume'
        {# dexs is spot: hyperliquid's is its spot order book, gmx's its swaps #}
        when adapter_type = 'dexs' and data_type = 'dailyVolume' then 'spot_volume'
        when adapter_type = 'open-interest' and data_type = 'openInterestAtEnd' then 'open_interest'
    end
{%- endmacro %}
