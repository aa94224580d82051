-- Values of closed days that a source changed later. One branch per table whose raw versions have a series to be read off.
{{ restatements(ref('int_protocol_versions'), 'fct_protocol_metrics_daily') }}

union all

{{ restatements(ref('int_token_price_versions'), 'fct_token_prices_daily') }}

union all

{{ restatements(ref('int_asset_aggregate_versions'), 'fct_asset_aggregates_daily') }}
