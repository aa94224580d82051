select
    {{ market_of('bingx', 'symbol') }},
    'one_sided' as side_convention,
    -- a value in the quote currency, without a price; facts have one
    open_interest as amount,
    'quote' as amount_unit,
    {{ not_given('price_kind', 'open_interest_base', 'open_interest_usd', 'long_usd', 'short_usd', 'price_used') }},
    {{ not_given('own_contract_size', 'traded_contracts', 'traded_turnover') }},
    {{ from_epoch_ms(adapter.quote('time')) }} as observed_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('bingx', 'open_interest') }}) as source
