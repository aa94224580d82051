select
    {{ market_of('binance', 'symbol') }},
    'one_sided' as side_convention,
    case when {{ is_dollar_quoted() }} and sum_open_interest > 0 then 'implied' end as price_kind,
    sum_open_interest as open_interest_base,
    case when {{ is_dollar_quoted() }} then sum_open_interest_value end as open_interest_usd,
    {{ not_given('long_usd', 'short_usd') }},
    case when {{ is_dollar_quoted() }} and sum_open_interest > 0 then sum_open_interest_value / sum_open_interest end as price_used,
    {{ told_in_base('open_interest') }},
    toptrader_account_long_short_ratio,
    toptrader_position_long_short_ratio,
    account_long_short_ratio,
    taker_long_short_volume_ratio,
    -- text without a zone, UTC
    cast(create_time || '+00:00' as {{ type_instant() }}) as observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('binance_archive', 'metrics', since=events_since_first_day('create_time', is_text=true)) }}) as source
-- A daily file ends with the midnight stamp of the next day. Alone it would pass for that day's last observation.
where {{ is_binance_perpetual("'um'") }} and create_time not like '% 00:00:00'
