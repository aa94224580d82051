select
    {{ market_of('kraken', 'upper(symbol)') }},
    -- the relative rate is a fraction per hour; funding_rate is an amount. Until 2022-09-29 a
    -- rate held for four hours
    relative_funding_rate * {{ kraken_rate_hours() }} as funding_rate,
    cast({{ kraken_rate_hours() }} as bigint) as funding_interval_hours,
    {{ not_given('mark_price') }},
    -- the rate is in force from here on
    {{ adapter.quote('timestamp') }} as settled_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('kraken', 'funding_rates') }}) as source
where
    {{ is_kraken_perpetual() }}
    and relative_funding_rate is not null
