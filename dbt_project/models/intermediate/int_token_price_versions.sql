-- Every price DefiLlama ever gave for the last observation of a token's day, with the time it was received.
with tokens as (
    select * from {{ ref('int_tokens') }}
),

versions as (
    select
        tokens.token,
        cast(versions.observed_at as date) as date,
        versions.price_usd,
        versions.observed_at,
        versions.fetched_at,
        max(versions.observed_at) over (partition by tokens.token, cast(versions.observed_at as date)) as last_observed_at
    from {{ ref('stg_defillama__coin_price_versions') }} as versions
    inner join tokens
        on versions.coingecko_id = tokens.coingecko_id
)

select
    token as subject,
    'price_usd' as metric,
    token as series,
    date,
    price_usd as value,
    fetched_at
from versions
where observed_at = last_observed_at
