-- Spot files stamp milliseconds until 2024 and microseconds since 2025. 1e14 tells them apart: as milliseconds it is the year 5138.
with stamped as (
    select
        *,
        case when open_time >= 100000000000000 then open_time else open_time * 1000 end as open_time_us
    from ({{ latest_version('binance_archive', 'spot_klines') }}) as source
)

select
    -- the perpetual of the same name, which the pair was asked for with
    {{ market_of('binance', 'symbol') }},
    open, high, low, close,
    volume as volume_base,
    quote_volume as volume_quote,
    case when {{ is_dollar_quoted() }} then quote_volume end as volume_usd,
    trades,
    {{ from_epoch_us('open_time_us') }} as opened_at,
    _fetched_at as fetched_at, month
from stamped
where
    {{ adapter.quote('interval') }} = '1h'
    and open_time_us + 3600000000 <= {{ epoch_ms('_fetched_at') }} * 1000
