-- the pool's part of the net fees, and the rest, of which nobody says whose it is
with dated as (
    select
        *,
        cast(observed_at as date) as date,
        max(observed_at) over (partition by cast(observed_at as date)) as last_observed_at
    from ({{ latest_version('orderly_staking', 'pools') }}) as source
),

last as (
    select * from dated
    where observed_at = last_observed_at
)

select 'staking_pool' as address, revenue_rate as share, date, observed_at, _fetched_at as fetched_at, month
from last
union all
select 'rest' as address, round(1 - revenue_rate, 9) as share, date, observed_at, _fetched_at as fetched_at, month
from last
