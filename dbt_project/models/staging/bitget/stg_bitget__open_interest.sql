select
    {{ market_of('bitget', 'symbol') }},
    'one_sided' as side_convention,
    case when mark_price > 0 then 'mark' end as price_kind,
    -- base coin, of every product
    holding_amount as open_interest_base,
    case when mark_price > 0 then holding_amount * mark_price end as open_interest_usd,
    {{ not_given('long_usd', 'short_usd') }},
    case when mark_price > 0 then mark_price end as price_used,
    {{ told_in_base('open_interest') }},
    {{ from_epoch_ms('ts') }} as observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('bitget', 'tickers') }}) as source
where
    {{ is_bitget_perpetual() }}
    and delivery_time is null
    and holding_amount is not null
