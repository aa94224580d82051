{{ config(
    materialized='incremental',
    incremental_strategy='by_month',
    pre_hook="{{ tell_touched() }}",
    contract={'enforced': true},
    meta={'touched': {'list': 'touched_months', 'before': 0, 'after': 0, 'days_before': 0, 'day': 'date'}},
    on_schema_change='fail'
) }}

-- The days on which the archive has candles or funding of a market, whatever market it is. A table, and not a view as the rest of staging:
-- which markets there are is asked at each build, and would read the whole history each time.
with events as (
    select market, symbol, month, open_time as event_ms
    from {{ source('binance_archive', 'klines') }}
    where {{ in_touched_months() }} and {{ events_since_first_day('open_time') }}
    union all
    select market, symbol, month, calc_time as event_ms
    from {{ source('binance_archive', 'funding_rates') }}
    where {{ in_touched_months() }} and {{ events_since_first_day('calc_time') }}
),

days as (
    select market, symbol, month, cast({{ from_epoch_ms('event_ms') }} as date) as date, event_ms
    from events
)

select
    market,
    symbol,
    date,
    min(event_ms) as first_ms,
    max(event_ms) as last_ms,
    month
from days
where {{ since_first_day() }}
group by market, symbol, month, date
