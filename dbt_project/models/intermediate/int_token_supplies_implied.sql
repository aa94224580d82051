-- What circulates by CoinGecko's own cap and price of one instant, which goes back a year where its supply has no history: the day's median, and the
-- median of seven days, for a single day is half a percent off. Tokens of protocols only: it is their holders who are diluted.
with observations as (
    select token_id, date, market_cap_usd / price_usd as supply, fetched_at
    from (
        select token_id, cast(observed_at as date) as date, market_cap_usd, price_usd, fetched_at
        from {{ ref('stg_coingecko__token_charts') }}
        union all
        select token_id, cast(observed_at as date) as date, market_cap_usd, price_usd, fetched_at
        from {{ ref('stg_coingecko__token_markets') }}
    ) as instants
    where market_cap_usd > 0 and price_usd > 0
),

daily as (
    select tokens.token, observations.date, median(observations.supply) as supply, max(observations.fetched_at) as fetched_at
    from observations
    inner join (
        select distinct token, coingecko_id from {{ ref('protocols') }} where token is not null
    ) as tokens
        on observations.token_id = tokens.coingecko_id
    group by tokens.token, observations.date
)

select
    token,
    date,
    supply as circulating_supply,
    {{ trailing('median', 'supply', 'token', 'date', 7) }} as circulating_supply_7d,
    {{ trailing('count', 'supply', 'token', 'date', 7) }} as days,
    fetched_at
from daily
