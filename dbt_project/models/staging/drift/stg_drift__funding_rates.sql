select
    {{ market_of('drift', 'symbol') }},
    -- the file has USD per unit of base and hour; over the oracle's average it is a fraction of notional
    funding_rate / oracle_price_twap as funding_rate,
    cast(1 as bigint) as funding_interval_hours,
    oracle_price_twap as mark_price,
    -- settled some seconds after the hour
    {{ from_epoch_ms(settlement_ms('symbol', 'ts * 1000')) }} as settled_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('drift', 'funding_rates') }}) as source
where
    oracle_price_twap > 0
    and symbol not like '%-BET'
