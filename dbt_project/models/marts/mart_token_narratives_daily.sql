-- Baskets of tokens by what they are for. Daily returns are chained: a day's is that of the tokens that were members on it and on the basket's
-- day before, weighted by their caps of that day before, so that who enters or leaves moves the index by nothing.
with tokens as (
    select distinct category, token
    from {{ ref('dim_protocols') }}
    where token is not null and category in ('ai', 'perp')
),

-- a token without a cap has no weight, and is no member that day
members as (
    select
        tokens.category,
        facts.token,
        facts.date,
        facts.price_usd,
        facts.market_cap_usd,
        facts.volume_usd
    from {{ gated('fct_token_prices_daily') }} as facts
    inner join tokens
        on facts.token = tokens.token
    where facts.price_usd > 0 and facts.market_cap_usd > 0
),

-- the day before is the last one the basket has, so that a day held back as a whole costs no return
days as (
    select
        category,
        date,
        lag(date) over (partition by category order by date) as previous_date,
        {{ exact_sum('market_cap_usd') }} as market_cap_usd,
        {{ exact_sum('volume_usd') }} as volume_usd,
        count(*) as tokens
    from members
    group by category, date
),

growths as (
    select
        days.category,
        days.date,
        {{ exact_sum('before.market_cap_usd * today.price_usd / before.price_usd') }} / {{ exact_sum('before.market_cap_usd') }} as growth
    from days
    inner join members as today
        on days.category = today.category and days.date = today.date
    inner join members as before
        on today.category = before.category and today.token = before.token and days.previous_date = before.date
    group by days.category, days.date
),

indexed as (
    select
        days.category,
        days.date,
        days.previous_date,
        days.market_cap_usd,
        days.volume_usd,
        days.tokens,
        growths.growth - 1 as daily_return,
        -- logarithms are added up as decimals, exactly; nothing is known beyond the eighth digit
        round(100 * exp(cast(
            sum(cast(coalesce(ln(growths.growth), 0) as decimal(38, 18))) over (
                partition by days.category order by days.date rows between unbounded preceding and current row
            ) as double
        )), 8) as return_index
    from days
    left join growths
        on days.category = growths.category and days.date = growths.date
),

months as (
    select
        today.category,
        today.date,
        today.return_index / earlier.return_index as growth_30d
    from indexed as today
    inner join indexed as earlier
        on today.category = earlier.category and earlier.date = {{ dbt.dateadd('day', -30, 'today.date') }}
)

select
    indexed.category,
    indexed.date,
    indexed.return_index,
    round(indexed.daily_return, 12) as daily_return,
    round(
        indexed.return_index / max(indexed.return_index) over (
            partition by indexed.category order by indexed.date rows between unbounded preceding and current row
        ) - 1, 8
    ) as drawdown,
    round(own.growth_30d / other.growth_30d - 1, 8) as relative_strength,
    indexed.market_cap_usd,
    indexed.volume_usd,
    indexed.tokens
from indexed
left join months as own
    on indexed.category = own.category and indexed.date = own.date
left join months as other
    on indexed.category <> other.category and indexed.date = other.date
