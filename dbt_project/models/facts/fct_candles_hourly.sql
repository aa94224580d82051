{{ config(
    materialized='incremental',
    incremental_strategy='by_month',
    meta={'touched': {'list': 'touched_months', 'before': 0, 'after': 0, 'days_before': 0, 'day': 'opened_at'}},
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
    has_assumed_terms,
    contract_size_ratio,
    month
from {{ ref('int_candles_hourly') }}
where {{ in_touched_months() }} and {{ since_first_day('opened_at') }}
