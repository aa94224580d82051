-- Rows repeat the id; the path they were asked with may have had a name.
with names as (
    {{ as_listed('coinbase', 'instruments', ['instrument_id'], ['symbol']) }}
),

named as (
    select
        source.*,
        coalesce(names.symbol, source.instrument) as symbol
    from ({{ latest_version('coinbase', 'funding_rates') }}) as source
    left join names
        on source.instrument_id = names.instrument_id
        and {{ listed_on('source.event_time', 'names') }}
)

select
    {{ market_of('coinbase', 'symbol') }},
    -- a fraction per hour
    funding_rate,
    cast(1 as bigint) as funding_interval_hours,
    mark_price,
    {{ from_epoch_ms(rounded_to(epoch_ms('event_time'), 60000)) }} as settled_at,
    _fetched_at as fetched_at, month
from named
where {{ is_coinbase_own('event_time') }}
