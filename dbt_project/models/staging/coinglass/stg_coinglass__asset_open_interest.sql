-- Open interest of all venues at the end of each closed UTC day.
with bars as (
    {{ coinglass_bars('coinglass', 'aggregated_open_interest', ['symbol', adapter.quote('interval')]) }}
),

closes as (
    {{ coinglass_day_closes('bars') }}
)

select
    symbol as asset,
    date,
    {{ adapter.quote('close') }} as open_interest_usd,
    interval_hours,
    ends_at as observed_at,
    _fetched_at as fetched_at, month
from closes
