-- Funding of all venues, weighted by open interest, at the end of each closed UTC day.
with bars as (
    {{ coinglass_bars('coinglass', 'oi_weighted_funding', ['symbol', adapter.quote('interval')]) }}
),

closes as (
    {{ coinglass_day_closes('bars') }}
)

select
    symbol as asset,
    date,
    -- the source gives percent per 8 h
    {{ adapter.quote('close') }} / 100 as funding_rate_8h,
    interval_hours,
    ends_at as observed_at,
    _fetched_at as fetched_at, month
from closes
