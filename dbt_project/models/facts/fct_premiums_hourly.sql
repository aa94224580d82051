{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='month',
    on_schema_change='fail'
) }}

select
    market_id,
    observed_at,
    venue,
    symbol,
    asset,
    premium,
    mark_price,
    index_price,
    source,
    fetched_at,
    month
from {{ ref('int_premiums_hourly') }}
where {{ in_touched_months() }}
