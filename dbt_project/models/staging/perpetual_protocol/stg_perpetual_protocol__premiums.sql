-- Updates of one instant: the last of them in the chain.
with ranked as (
    select
        *,
        row_number() over (
            partition by month, base_token, {{ adapter.quote('timestamp') }}
            order by block_number_log_index desc
        ) as choice
    from ({{ latest_version('perpetual_protocol', 'funding_updates') }}) as source
    where {{ has_both_prices('mark_twap', 'index_twap') }}
)

select
    {{ market_of('perpetual_protocol', 'base_token') }},
    -- averages over 15 minutes, as funding is computed from them
    {{ premium('mark_twap', 'index_twap') }},
    {{ from_epoch_s(adapter.quote('timestamp')) }} as observed_at,
    _fetched_at as fetched_at, month
from ranked
where choice = 1
