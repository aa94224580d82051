-- Funding runs continuously; its rate per day is known at every trade. The last one of an hour stands for that hour.
with ranked as (
    select
        *,
        {{ floored_to(adapter.quote('timestamp'), 3600) }} as hour_s,
        row_number() over (
            partition by month, base_token, {{ floored_to(adapter.quote('timestamp'), 3600) }}
            order by block_number_log_index desc
        ) as choice
    from ({{ latest_version('perpetual_protocol', 'funding_updates') }}) as updates
)

select
    {{ market_of('perpetual_protocol', 'base_token') }},
    -- per day, made per hour
    daily_funding_rate / 24 as funding_rate,
    cast(1 as bigint) as funding_interval_hours,
    mark_twap as mark_price,
    {{ from_epoch_s('hour_s') }} as settled_at,
    _fetched_at as fetched_at, month
from ranked
where choice = 1
