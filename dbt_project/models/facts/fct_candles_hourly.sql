{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='month',
    on_schema_change='fail'
) }}

select
    market_id,
    opened_at,
    venue,
    symbol,
    asset,
    open,
    high,
    low,
    close,
    volume_base,
    volume_quote,
    volume_usd,
    trades,
    source,
    fetched_at,
    month
from {{ ref('int_candles_hourly') }}
where {{ in_touched_months() }}
