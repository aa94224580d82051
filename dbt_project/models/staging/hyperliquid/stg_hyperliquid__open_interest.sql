with source as (
    select * from {{ ref('stg_hyperliquid__asset_contexts') }}
)

select
    venue,
    symbol,
    market_id,
    'one_sided' as side_convention,
    case when mark_price > 0 then 'mark' end as price_kind,
    open_interest_base,
    case when mark_price > 0 then open_interest_base * mark_price end as open_interest_usd,
    {{ not_given('long_usd', 'short_usd') }},
    case when mark_price > 0 then mark_price end as price_used,
    {{ told_in_base('open_interest') }},
    observed_at,
    fetched_at, month
from source
