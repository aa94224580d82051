{# The columns every venue's staging model of an entity must have: the interface between staging and intermediate. #}
{% macro standard_columns(entity) -%}
    {%- set columns = {
        'instruments': [
            'venue', 'symbol', 'market_id', 'base_asset', 'quote_asset', 'settle_asset', 'contract_type', 'contract_size',
            'underlying_class', 'funding_interval_hours', 'listed_at', 'is_listed', 'is_derived', 'list_id', 'observed_on'
        ],
        'candles': [
            'venue', 'symbol', 'market_id', 'opened_at', 'open', 'high', 'low', 'close', 'volume_base', 'volume_quote',
            'volume_usd', 'trades', 'amount', 'amount_unit', 'own_contract_size', 'traded_contracts', 'turnover', 'is_turnover_sure',
            'fetched_at', 'month'
        ],
        'funding_rates': [
            'venue', 'symbol', 'market_id', 'settled_at', 'funding_rate', 'funding_interval_hours', 'mark_price',
            'fetched_at', 'month'
        ],
        'open_interest': [
            'venue', 'symbol', 'market_id', 'observed_at', 'open_interest_base', 'open_interest_usd', 'side_convention',
            'long_usd', 'short_usd', 'price_used', 'price_kind', 'amount', 'amount_unit', 'own_contract_size',
            'traded_contracts', 'traded_turnover', 'fetched_at', 'month'
        ],
        'premiums': [
            'venue', 'symbol', 'market_id', 'observed_at', 'premium', 'mark_price', 'index_price', 'fetched_at', 'month'
        ],
        'liquidations': [
            'venue', 'symbol', 'market_id', 'liquidated_at', 'side', 'quantity_base', 'price', 'liquidated_usd', 'coverage',
            'amount', 'amount_unit', 'own_contract_size', 'fetched_at', 'month'
        ],
        'spot_candles': [
            'venue', 'symbol', 'market_id', 'opened_at', 'open', 'high', 'low', 'close', 'volume_base', 'volume_quote',
            'volume_usd', 'trades', 'fetched_at', 'month'
        ]
    } -%}
    {{ return(columns[entity]) }}
{%- endmacro %}
