-- What aggregators say of an asset over all venues together, by closed UTC day. One branch per source.
select
    coalesce(interest.asset, funding.asset) as asset,
    coalesce(interest.date, funding.date) as date,
    'coinglass' as source,
    interest.open_interest_usd,
    funding.funding_rate_8h,
    'all_venues' as coverage,
    greatest(
        coalesce(interest.observed_at, funding.observed_at),
        coalesce(funding.observed_at, interest.observed_at)
    ) as observed_at,
    greatest(
        coalesce(interest.fetched_at, funding.fetched_at),
        coalesce(funding.fetched_at, interest.fetched_at)
    ) as fetched_at
from {{ ref('stg_coinglass__asset_open_interest') }} as interest
full join {{ ref('stg_coinglass__asset_funding_rates') }} as funding
    on interest.asset = funding.asset and interest.date = funding.date
