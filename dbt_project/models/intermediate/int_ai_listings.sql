-- Which tokens CoinGecko counts to which category of the seed: a list is a stock. It counts from the day before its capture, which the run that
-- fetched it is for, until the next one does, at most four weeks: a category that was renamed is told no more. A price belongs to the day whose end is
-- nearest. Of several lists a day the last counts.
with captures as (
    select
        category,
        cast(observed_at as date) as date,
        max(observed_at) as observed_at
    from {{ ref('stg_coingecko__category_members') }}
    group by category, cast(observed_at as date)
),

spans as (
    select
        category,
        observed_at,
        cast(observed_at - interval '12' hour as date) as quoted_on,
        {{ days_before('date', 1) }} as valid_from,
        least(
            {{ days_before("lead(date, 1, date '9999-12-31') over (partition by category order by date)", 1) }},
            {{ days_after('date', 27) }}
        ) as valid_to
    from captures
)

select
    members.category,
    members.token_id as coingecko_id,
    members.symbol,
    members.token_name,
    members.price_usd,
    members.market_cap_usd,
    members.volume_usd,
    categories.is_ai,
    categories.ai_side,
    categories.side_priority,
    spans.quoted_on,
    spans.valid_from,
    spans.valid_to,
    members.observed_at,
    members.fetched_at
from {{ ref('stg_coingecko__category_members') }} as members
inner join spans
    on members.category = spans.category and members.observed_at = spans.observed_at
inner join {{ ref('ai_categories') }} as categories
    on members.category = categories.category
