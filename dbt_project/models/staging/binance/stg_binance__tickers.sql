-- Rolling 24 hours up to closed_at: good for ranking markets, never a day's volume.
select
    {{ market_of('binance', 'symbol') }},
    -- USD-M counts base and quote; COIN-M counts contracts and base
    last_price,
    case when product = 'cm' then base_volume else volume end as volume_base_24h,
    case
        when product = 'cm' then volume * {{ coin_m_contract_usd() }}
        when {{ is_dollar_quoted() }} then quote_volume
    end as volume_usd_24h,
    trades as trades_24h,
    {{ from_epoch_ms('open_time') }} as opened_at,
    {{ from_epoch_ms('close_time') }} as closed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('binance', 'tickers') }}) as source
where {{ is_binance_perpetual('product') }}
