-- What lists of exchanges say of a venue near the end of a UTC day. They tell the 24 hours up to the fetch: an answer counts for the day
-- whose end is nearest, and within six hours. One branch per source.
with told as (
    select 'coingecko' as source, exchange_id as listed_as, observed_at, volume_btc_24h as volume, open_interest_btc as open_interest,
        'BTC' as unit, fetched_at
    from {{ ref('stg_coingecko__exchanges') }}
    union all
    select 'coinpaprika' as source, exchange_id as listed_as, observed_at, volume_usd_24h as volume, cast(null as double) as open_interest,
        'USD' as unit, fetched_at
    from {{ ref('stg_coinpaprika__exchanges') }}
),

dated as (
    select
        *,
        cast(observed_at - interval '12' hour as date) as date
    from told
),

apart as (
    select
        *,
        abs({{ hours_between(day_end('date'), 'observed_at') }}) as hours_apart
    from dated
),

ranked as (
    select
        *,
        row_number() over (partition by source, listed_as, date order by hours_apart, fetched_at desc) as choice
    from apart
    where hours_apart <= 6
)

select
    ranked.source,
    listings.venue,
    ranked.date,
    ranked.volume,
    ranked.open_interest,
    ranked.unit,
    ranked.observed_at,
    ranked.fetched_at,
    {{ month_of('ranked.date') }} as month
from ranked
inner join {{ ref('venue_listings') }} as listings
    on ranked.source = listings.source and ranked.listed_as = listings.listed_as
where ranked.choice = 1
