select
    'gmx' as venue,
    pools.symbol,
    pools.market_id,
    -- what an hour at this factor costs a long; what a short gets differs when the sides are not equal. Funding
    -- accrues by the second, borrowing fees to the pool are not in it
    {{ gmx_paid_per_hour('source.funding_factor_per_second_long') }} as funding_rate,
    {{ gmx_paid_per_hour('source.funding_factor_per_second_short') }} as funding_rate_short,
    cast(1 as bigint) as funding_interval_hours,
    {{ not_given('mark_price') }},
    {{ from_epoch_s(floored_to('source.snapshot_timestamp', 3600)) }} as settled_at,
    source._fetched_at as fetched_at, source.month
from ({{ latest_version('gmx', 'funding_rates') }}) as source
inner join {{ ref('stg_gmx__pools') }} as pools
    on lower(source.market_address) = pools.address
