{{ config(meta={'touched': {'days_before': 0}}) }}

-- The last price of each closed UTC day, and the last caps and supplies observed in it: three groups of columns, each with its source.
-- A day without a price has no row; caps and supplies that nobody gave that day are null.
with tokens as (
    select * from {{ ref('int_tokens') }}
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
),

-- A cap and its diluted value are of one observation, so that their ratio is no price move.
caps as (
    select
        *,
        row_number() over (
            partition by token, date
            order by
                case when market_cap_usd is null then 1 else 0 end,
                source_priority,
                observed_at desc,
                fetched_at desc
        ) as choice
    from {{ ref('int_token_market_observations') }}
    where market_cap_usd is not null or fdv_usd is not null or volume_usd is not null
),

supplies as (
    select
        *,
        row_number() over (
            partition by token, date
            order by
                case when circulating_supply is null then 1 else 0 end,
                source_priority,
                observed_at desc,
                fetched_at desc
        ) as choice
    from {{ ref('int_token_market_observations') }}
    where circulating_supply is not null or total_supply is not null
)

select
    ranked.token,
    ranked.date,
    ranked.price_usd,
    caps.market_cap_usd,
    caps.fdv_usd,
    supplies.circulating_supply,
    supplies.total_supply,
    caps.volume_usd as spot_volume_usd,
    ranked.observed_at,
    'defillama' as source,
    caps.observed_at as market_cap_observed_at,
    caps.source as market_cap_source,
    supplies.observed_at as supply_observed_at,
    supplies.source as supply_source,
    greatest(
        ranked.fetched_at,
        coalesce(caps.fetched_at, ranked.fetched_at),
        coalesce(supplies.fetched_at, ranked.fetched_at)
    ) as fetched_at,
    {{ month_of('ranked.date') }} as month
from ranked
left join caps
    on ranked.token = caps.token and ranked.date = caps.date and caps.choice = 1
left join supplies
    on ranked.token = supplies.token and ranked.date = supplies.date and supplies.choice = 1
where ranked.choice = 1
