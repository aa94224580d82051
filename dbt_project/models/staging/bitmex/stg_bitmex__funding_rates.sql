-- The interval is written as an instant: 2000-01-01T08:00 is eight hours.
with timed as (
    select
        *,
        cast(({{ epoch_ms('funding_interval') }} - 946684800000) / 3600000 as bigint) as interval_hours
    from ({{ latest_version('bitmex', 'funding_rates') }}) as source
    where {{ is_bitmex_perpetual() }}
)

select
    {{ market_of('bitmex', 'symbol') }},
    funding_rate,
    case when interval_hours between 1 and 24 then interval_hours end as funding_interval_hours,
    {{ not_given('mark_price') }},
    {{ from_epoch_ms(rounded_to(epoch_ms(adapter.quote('timestamp')), 60000)) }} as settled_at,
    _fetched_at as fetched_at, month
from timed
