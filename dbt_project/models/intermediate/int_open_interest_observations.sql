-- The last observation of each market and UTC day: open interest is a stock, read once, never summed.
-- Contracts are worth what the version of the market of that hour says.
with open_interest as (
    {{ union_sources('open_interest') }}
),

dated as (
    select
        *,
        cast(observed_at as date) as date
    from open_interest
),

ranked as (
    select
        *,
        row_number() over (
            partition by month, market_id, date
            order by observed_at desc, source_priority, fetched_at desc, open_interest_usd desc nulls last, amount desc nulls last
        ) as choice
    from dated
),

converted as (
    select
        ranked.source,
        ranked.venue,
        ranked.symbol,
        ranked.market_id,
        coalesce(markets.asset, ranked.symbol) as asset,
        coalesce(markets.asset_multiplier, 1) as asset_multiplier,
        ranked.date,
        ranked.observed_at,
        {{ amount_in_base('ranked', 'ranked.open_interest_base', 'ranked.price_used') }} as open_interest_base,
        {{ amount_in_usd('ranked', 'ranked.open_interest_usd', 'ranked.price_used') }} as open_interest_usd,
        ranked.side_convention,
        ranked.long_usd,
        ranked.short_usd,
        ranked.price_used,
        ranked.price_kind,
        ranked.amount,
        ranked.amount_unit,
        {{ is_by_assumed_terms('ranked', 'ranked.observed_at') }} as terms_are_assumed,
        ranked.fetched_at,
        ranked.month
    from ranked
    left join {{ ref('int_markets') }} as markets
        on {{ resolved_market('ranked.market_id', 'ranked.observed_at') }}
    where
        {{ is_chosen('ranked.choice') }}
        -- a delisted market is still answered for, with zero, for ever
        and (
            markets.delisted_at is null
            or ranked.observed_at < markets.delisted_at
            or coalesce(ranked.open_interest_base, ranked.open_interest_usd, ranked.amount) <> 0
        )
),

-- Where contracts come with the other amount and without a price, the two say it.
implied as (
    select
        *,
        case when amount_unit = 'contracts' and price_used is null and open_interest_base > 0 then open_interest_usd / open_interest_base end
            as implied_price
    from converted
)

select
    source,
    venue,
    symbol,
    market_id,
    asset,
    asset_multiplier,
    date,
    observed_at,
    open_interest_base,
    open_interest_usd,
    side_convention,
    long_usd,
    short_usd,
    coalesce(price_used, implied_price) as price_used,
    case when implied_price is not null then 'implied' else price_kind end as price_kind,
    terms_are_assumed,
    fetched_at,
    month
from implied
