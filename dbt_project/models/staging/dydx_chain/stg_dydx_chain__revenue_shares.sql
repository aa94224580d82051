with source as (
    {{ latest_version('dydx_chain', 'revenue_shares') }}
),

-- an answer is whole: a recipient that left during the day is not in the last one
dated as (
    select
        *,
        cast(observed_at as date) as date,
        max(observed_at) over (partition by cast(observed_at as date)) as last_observed_at
    from source
)

select
    -- ids
    address,

    -- numerics: parts per million
    cast(share_ppm as double) / 1000000 as share,

    -- timestamps
    date,
    observed_at,
    _fetched_at as fetched_at,
    month
from dated
where observed_at = last_observed_at
