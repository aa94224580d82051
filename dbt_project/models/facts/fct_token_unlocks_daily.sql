{{ config(meta={'touched': {'days_before': 0}}) }}

-- What each token let into circulation on each day it has a price: by its published schedule (a day without an unlock is a zero there), and
-- as the change of what circulates by cap ÷ price. A day before the schedule begins has no row, nor has a token without a schedule.
with prices as (
    select token, date, price_usd, fetched_at, month
    from {{ ref('fct_token_prices_daily') }}
),

begun as (
    select token, min(starts_on) as first_day
    from {{ ref('token_unlocks') }}
    group by token
),

scheduled as (
    select
        rules.token,
        rules.section,
        prices.date,
        rules.is_incentive,
        rules.section in ('{{ insider_sections() | join("', '") }}') as is_insider,
        prices.price_usd,
        prices.fetched_at,
        prices.month,
        {{ unlocked_by('prices.date', 'rules') }} as by_today,
        {{ unlocked_by(days_before('prices.date', 1), 'rules') }} as by_yesterday,
        {{ unlocked_by(days_after('prices.date', 30), 'rules') }} as in_30d,
        {{ unlocked_by(days_after('prices.date', 90), 'rules') }} as in_90d,
        case when rules.kind = 'undated' then rules.tokens else 0.0 end as undated,
        rules.source_url
    from {{ ref('token_unlocks') }} as rules
    inner join begun
        on rules.token = begun.token
    inner join prices
        on rules.token = prices.token and prices.date >= begun.first_day
),

sections as (
    select
        token,
        section,
        date,
        'schedule' as source,
        is_incentive,
        is_insider,
        price_usd,
        fetched_at,
        month,
        -- a thousandth of a token is what is left of differences of large floats
        round({{ exact_sum('by_today', 6) }} - {{ exact_sum('by_yesterday', 6) }}, 3) as tokens,
        round({{ exact_sum('in_30d', 6) }} - {{ exact_sum('by_today', 6) }}, 3) as tokens_next_30d,
        round({{ exact_sum('in_90d', 6) }} - {{ exact_sum('by_today', 6) }}, 3) as tokens_next_90d,
        {{ exact_sum('undated', 6) }} as undated_tokens,
        max(source_url) as source_url
    from scheduled
    group by token, section, date, is_incentive, is_insider, price_usd, fetched_at, month
),

supplies as (
    select
        *,
        lag(date) over (partition by token order by date) as date_before,
        lag(circulating_supply_7d) over (partition by token order by date) as supply_before,
        lag(days) over (partition by token order by date) as days_before
    from {{ ref('int_token_supplies_implied') }}
),

implied as (
    select
        supplies.token,
        supplies.date,
        prices.price_usd,
        prices.month,
        supplies.circulating_supply_7d - supplies.supply_before as tokens,
        greatest(supplies.fetched_at, prices.fetched_at) as fetched_at
    from supplies
    inner join prices
        on supplies.token = prices.token and supplies.date = prices.date
    where
        supplies.date_before = {{ days_before('supplies.date', 1) }}
        -- a median of most of the week, at both ends
        and supplies.days >= 4
        and supplies.days_before >= 4
)

select
    token,
    section,
    date,
    source,
    tokens,
    tokens * price_usd as usd,
    is_incentive,
    is_insider,
    tokens_next_30d,
    tokens_next_90d,
    undated_tokens,
    source_url,
    fetched_at,
    month
from sections

union all

select
    token,
    'all' as section,
    date,
    'supply_implied' as source,
    tokens,
    tokens * price_usd as usd,
    cast(null as boolean) as is_incentive,
    cast(null as boolean) as is_insider,
    cast(null as double) as tokens_next_30d,
    cast(null as double) as tokens_next_90d,
    cast(null as double) as undated_tokens,
    cast(null as {{ dbt.type_string() }}) as source_url,
    fetched_at,
    month
from implied
