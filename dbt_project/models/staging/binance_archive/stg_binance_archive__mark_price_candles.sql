select
    {{ market_of('binance', 'symbol') }},
    open, high, low, close,
    {{ from_epoch_ms('open_time') }} as opened_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('binance_archive', 'mark_price_klines', since=events_since_first_day('open_time')) }}) as source
where
    {{ adapter.quote('interval') }} = '1h'
    and {{ is_binance_perpetual('market') }}
    and open_time + 3600000 <= {{ epoch_ms('_fetched_at') }}
