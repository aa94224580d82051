select
    {{ market_of('okx', 'inst_id') }},
    -- realized_rate was charged, funding_rate is what was forecast; the interval follows from the spacing
    coalesce(realized_rate, funding_rate) as funding_rate,
    {{ not_given('funding_interval_hours', 'mark_price') }},
    {{ from_epoch_ms(rounded_to('funding_time', 60000)) }} as settled_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('okx', 'funding_rates') }}) as source
where inst_id like '%-SWAP'
