-- Updates of one instant: the last of them in the chain.
with ranked as (
    select
        *,
        row_number() over (
            partition by month, base_token, {{ adapter.quote('timestamp') }}
            order by block_number_log_index desc
        ) as choice
    from ({{ latest_version('perpetual_protocol', 'funding_updates') }}) as source
    where
        mark_twap > 0
        and index_twap > 0
)

select
    {{ market_of('perpetual_protocol', 'base_token') }},
    -- averages over 15 minutes, as funding is computed from them
    mark_twap / index_twap - 1 as premium,
    mark_twap as mark_price,
    index_twap as index_price,
    {{ from_epoch_s(adapter.quote('timestamp')) }} as observed_at,
    _fetched_at as fetched_at, month
from ranked
where choice = 1
