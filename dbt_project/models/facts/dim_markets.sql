{{ config(meta={'touched': {'days_before': 0}}) }}

select
    market_id,
    valid_from,
    venue,
    symbol,
    asset,
    asset_multiplier,
    quote_asset,
    settle_asset,
    contract_type,
    contract_size,
    underlying_class,
    cast(funding_interval_hours as integer) as funding_interval_hours,
    listed_at,
    delisted_at,
    valid_to,
    observed_from,
    is_current
from {{ ref('int_markets') }}
where not is_before_listing
