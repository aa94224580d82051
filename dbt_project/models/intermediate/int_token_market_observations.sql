-- Caps and supplies of tokens as observed, of every source that gives them. A snapshot has all figures of one instant; a chart has caps and
-- volumes without supplies. The lowest source_priority counts first.
with tokens as (
    select * from {{ ref('int_tokens') }}
),

observations as (
    select
        tokens.token,
        'coingecko' as source,
        1 as source_priority,
        markets.market_cap_usd,
        markets.fdv_usd,
        markets.circulating_supply,
        markets.total_supply,
        markets.volume_usd,
        markets.observed_at,
        markets.fetched_at
    from {{ ref('stg_coingecko__token_markets') }} as markets
    inner join tokens
        on markets.token_id = tokens.coingecko_id

    union all

    select
        tokens.token,
        'coingecko' as source,
        2 as source_priority,
        charts.market_cap_usd,
        cast(null as double) as fdv_usd,
        cast(null as double) as circulating_supply,
        cast(null as double) as total_supply,
        charts.volume_usd,
        charts.observed_at,
        charts.fetched_at
    from {{ ref('stg_coingecko__token_charts') }} as charts
    inner join tokens
        on charts.token_id = tokens.coingecko_id

    union all

    select
        tokens.token,
        'coinpaprika' as source,
        3 as source_priority,
        markets.market_cap_usd,
        markets.fdv_usd,
        markets.circulating_supply,
        markets.total_supply,
        markets.volume_usd,
        markets.observed_at,
        markets.fetched_at
    from {{ ref('stg_coinpaprika__token_markets') }} as markets
    inner join {{ ref('coinpaprika_tokens') }} as tokens
        on markets.token_id = tokens.coinpaprika_id
)

select
    *,
    cast(observed_at as date) as date
from observations
