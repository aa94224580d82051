select
    {{ market_of('edgex', 'contract_name') }},
    'one_sided' as side_convention,
    case when mark_price > 0 then 'mark' end as price_kind,
    open_interest as open_interest_base,
    case when mark_price > 0 then open_interest * mark_price end as open_interest_usd,
    {{ not_given('long_usd', 'short_usd') }},
    case when mark_price > 0 then mark_price end as price_used,
    {{ told_in_base('open_interest') }},
    {{ from_epoch_ms(adapter.quote('time')) }} as observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('edgex', 'tickers') }}) as source
where open_interest is not null
