with symbols as (
    {{ lighter_symbols() }}
)

select
    {{ market_of('lighter', 'symbols.symbol') }},
    source.open, source.high, source.low, source.close,
    source.base_volume as volume_base,
    source.quote_volume as volume_quote,
    source.quote_volume as volume_usd,
    {{ not_given('trades') }},
    {{ told_in_base('candles') }},
    {{ from_epoch_ms('source.' ~ adapter.quote('timestamp')) }} as opened_at,
    source._fetched_at as fetched_at, source.month
from ({{ latest_version('lighter', 'candles') }}) as source
inner join symbols
    on source.market_id = symbols.market_id
    and {{ listed_on(from_epoch_ms('source.' ~ adapter.quote('timestamp')), 'symbols') }}
where
    source.resolution = '1h'
    and {{ is_closed_hour('source.' ~ adapter.quote('timestamp'), 'ms', 'source._fetched_at') }}
