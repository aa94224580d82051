-- an answer is whole: a recipient that left during the day is not in the last one
with dated as (
    select
        *,
        cast(observed_at as date) as date,
        max(observed_at) over (partition by cast(observed_at as date)) as last_observed_at
    from ({{ latest_version('dydx_chain', 'revenue_shares') }}) as source
)

select
    address,
    -- parts per million
    cast(share_ppm as double) / 1000000 as share,
    date,
    observed_at,
    _fetched_at as fetched_at, month
from dated
where observed_at = last_observed_at
