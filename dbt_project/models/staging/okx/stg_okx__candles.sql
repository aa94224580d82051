select
    {{ market_of('okx', 'inst_id') }},
    -- vol is contracts; vol_ccy is base and vol_ccy_quote quote, on linear and inverse swaps alike
    open, high, low, close,
    vol_ccy as volume_base,
    vol_ccy_quote as volume_quote,
    case when split_part(split_part(inst_id, '-', 2), '_', 1) in ('USDT', 'USDC', 'USD') then vol_ccy_quote end as volume_usd,
    {{ not_given('trades') }},
    {{ told_in_base('candles', contracts='vol') }},
    {{ from_epoch_ms('ts') }} as opened_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('okx', 'candles') }}) as source
where
    bar = '1H'
    and coalesce(confirm, 1) = 1
    -- the path serves spot and dated futures too
    and inst_id like '%-SWAP'
