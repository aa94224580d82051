-- What aggregators say of an asset over all venues together, by closed UTC day. One branch per source.
with told as (
    select
        coalesce(interest.asset, funding.asset) as name,
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
),

-- A name is what it meant at the end of that day; where two names mean one asset, the asset's own.
ranked as (
    select
        told.*,
        coalesce(names.asset, told.name) as asset,
        row_number() over (
            partition by told.source, coalesce(names.asset, told.name), told.date
            order by case when names.asset is null or names.asset = told.name then 0 else 1 end, told.name
        ) as choice
    from told
    left join {{ own_names() }} as own
        on told.source = own.venue
        and told.name = own.base_asset
    left join {{ ref('int_asset_names') }} as names
        on {{ named_asset('told.name', day_start('told.date')) }}
)

select
    asset,
    date,
    source,
    open_interest_usd,
    funding_rate_8h,
    coverage,
    observed_at,
    fetched_at
from ranked
where choice = 1
