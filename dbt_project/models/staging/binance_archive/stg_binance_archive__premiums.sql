select
    {{ market_of('binance', 'symbol') }},
    -- the close of the hour's premium index; the files carry no prices
    close as premium,
    {{ not_given('mark_price', 'index_price') }},
    -- the last millisecond of the hour, when the close was true
    {{ from_epoch_ms('open_time + 3599999') }} as observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('binance_archive', 'premium_index_klines', since=events_since_first_day('open_time')) }}) as source
where
    {{ adapter.quote('interval') }} = '1h'
    and {{ is_binance_perpetual('market') }}
    and open_time + 3600000 <= {{ epoch_ms('_fetched_at') }}
