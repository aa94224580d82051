-- Which tokens CoinGecko counts to which category of the seed: a list is a stock. It is of the day whose end is nearest, and so are its prices;
-- of several the nearest counts. It counts until the next one does, at most four weeks: a category that was renamed is told no more.
with dated as (
    select distinct
        category,
        observed_at,
        cast(observed_at - interval '12' hour as date) as date
    from {{ ref('stg_coingecko__category_members') }}
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
        row_number() over (partition by category, date order by hours_apart, observed_at desc) as choice
    from apart
),

spans as (
    select
        category,
        observed_at,
        date as quoted_on,
        -- the first counts for the day before its capture at any hour: the run that fetched it is for that day
        case
            when lag(date) over (partition by category order by date) is null then {{ days_before('cast(observed_at as date)', 1) }}
            else date
        end as valid_from,
        least(
            lead(date, 1, date '9999-12-31') over (partition by category order by date),
            {{ days_after('date', 28) }}
        ) as valid_to
    from ranked
    where choice = 1
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
