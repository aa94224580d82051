-- An average of the day at its average price, in USD: it stands for the day's last hour until something better is known of it.
select
    {{ market_of('hyperliquid', 'coin') }},
    'one_sided' as side_convention,
    'daily_average' as price_kind,
    cast(null as double) as open_interest_base,
    open_interest as open_interest_usd,
    {{ not_given('long_usd', 'short_usd', 'price_used') }},
    {{ told_in_base('open_interest') }},
    {{ adapter.quote('time') }} + interval '23' hour as observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('hyperliquid_stats', 'open_interest_by_coin') }}) as source
