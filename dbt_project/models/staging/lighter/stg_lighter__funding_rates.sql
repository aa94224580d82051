with symbols as (
    {{ lighter_symbols() }}
)

select
    {{ market_of('lighter', 'symbols.symbol') }},
    -- a percent without sign becomes a fraction; rounded, because it has few decimals and a division by 100 adds noise
    round(source.rate / 100, 12) * case when source.direction = 'short' then -1 else 1 end as funding_rate,
    cast(1 as bigint) as funding_interval_hours,
    {{ not_given('mark_price') }},
    {{ from_epoch_s('source.' ~ adapter.quote('timestamp')) }} as settled_at,
    source._fetched_at as fetched_at, source.month
from ({{ latest_version('lighter', 'fundings') }}) as source
inner join symbols
    on source.market_id = symbols.market_id
    and {{ listed_on(from_epoch_s('source.' ~ adapter.quote('timestamp')), 'symbols') }}
where
    source.resolution = '1h'
    -- without a side only nothing can have been paid
    and (source.direction in ('long', 'short') or source.rate = 0)
