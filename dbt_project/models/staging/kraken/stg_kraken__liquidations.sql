-- Hourly sums, not single ones: liquidated_at is the start of the hour. The venue does not say which side was closed.

-- Contracts are base of PF_ and USD of PI_; the other one is estimated at the close of the same hour.
with priced as (
    select
        source.*,
        candles.close
    from ({{ latest_version('kraken', 'liquidation_volumes') }}) as source
    left join ({{ latest_version('kraken', 'candles') }}) as candles
        on source.month = candles.month
        and upper(source.symbol) = upper(candles.symbol)
        and source.{{ adapter.quote('timestamp') }} * 1000 = candles.{{ adapter.quote('time') }}
        and candles.resolution = '1h'
        and candles.close > 0
    where
        source.{{ adapter.quote('interval') }} = 3600
        and source.volume is not null
        -- an hour fetched before it was over is a preview
        and (source.{{ adapter.quote('timestamp') }} + 3600) * 1000 <= {{ epoch_ms('source._fetched_at') }}
)

select
    {{ market_of('kraken', 'upper(symbol)') }},
    'both' as side,
    'venue' as coverage,
    case when {{ is_kraken_inverse() }} and volume > 0 then volume / close else volume end as quantity_base,
    close as price,
    case when {{ is_kraken_inverse() }} or volume = 0 then volume else volume * close end as liquidated_usd,
    {{ told_in_base() }},
    {{ from_epoch_s(adapter.quote('timestamp')) }} as liquidated_at,
    _fetched_at as fetched_at, month
from priced
where {{ is_kraken_perpetual() }}
