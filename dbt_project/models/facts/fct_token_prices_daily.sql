-- The last price of each closed UTC day. Supplies and market caps come with later sources.
with tokens as (
    select distinct token, coingecko_id
    from {{ ref('protocols') }}
    where token is not null and coingecko_id is not null
),

prices as (
    select
        tokens.token,
        prices.price_usd,
        prices.observed_at,
        cast(prices.observed_at as date) as date,
        prices.fetched_at,
        max(prices.fetched_at) over (partition by tokens.token) as series_read_at
    from {{ ref('stg_defillama__coin_prices') }} as prices
    inner join tokens
        on prices.coingecko_id = tokens.coingecko_id
),

ranked as (
    select
        *,
        row_number() over (partition by token, date order by observed_at desc, fetched_at desc) as choice
    from prices
    where {{ day_end('date') }} <= series_read_at
)

select
    token,
    date,
    price_usd,
    cast(null as double) as market_cap_usd,
    cast(null as double) as fdv_usd,
    cast(null as double) as circulating_supply,
    cast(null as double) as total_supply,
    cast(null as double) as volume_usd,
    observed_at,
    'defillama' as source,
    fetched_at,
    {{ month_of('date') }} as month
from ranked
where choice = 1
