-- Baskets of tokens by what they are for. Daily returns are chained: a day's is that of the tokens that were members on it and on the basket's
-- day before, weighted by their caps of that day before, so that who enters or leaves moves the index by nothing.
with perpetual as (
    select distinct token
    from {{ ref('dim_protocols') }}
    where token is not null and category = 'perp'
),

ai as (
    select * from {{ gated('fct_ai_tokens_daily') }}
),

known as (
    select
        'perp' as category,
        facts.token,
        facts.date,
        facts.price_usd,
        'defillama' as price_source,
        facts.market_cap_usd,
        facts.spot_volume_usd
    from {{ gated('fct_token_prices_daily') }} as facts
    inner join perpetual
        on facts.token = perpetual.token
    union all
    select 'ai' as category, coingecko_id as token, date, price_usd, price_source, market_cap_usd, spot_volume_usd
    from ai
    union all
    select 'ai_' || ai_side as category, coingecko_id as token, date, price_usd, price_source, market_cap_usd, spot_volume_usd
    from ai
    where ai_side is not null
),

-- a token without a cap has no weight, and is no member that day
members as (
    select *
    from known
    where price_usd > 0 and market_cap_usd > 0
),

expected as (
    select category, date, count(*) as tokens_expected
    from known
    group by category, date
),

-- the day before is the last one the basket has, so that a day held back as a whole costs no return
days as (
    select
        category,
        date,
        lag(date) over (partition by category order by date) as previous_date,
        {{ exact_sum('market_cap_usd') }} as market_cap_usd,
        {{ exact_sum('spot_volume_usd') }} as spot_volume_usd,
        count(*) as tokens
    from members
    group by category, date
),

-- two prices of one token are compared where one source gave both
growths as (
    select
        days.category,
        days.date,
        {{ exact_sum('before.market_cap_usd * today.price_usd / before.price_usd') }} / {{ exact_sum('before.market_cap_usd') }} as growth,
        {{ exact_sum('today.price_usd / before.price_usd') }} / count(*) as equal_growth
    from days
    inner join members as today
        on days.category = today.category and days.date = today.date
    inner join members as before
        on
            today.category = before.category
            and today.token = before.token
            and days.previous_date = before.date
            and today.price_source = before.price_source
    group by days.category, days.date
),

bitcoin as (
    select date, price_usd
    from {{ gated('fct_token_prices_daily') }}
    where token = 'BTC' and price_usd > 0
),

indexed as (
    select
        days.category,
        days.date,
        days.previous_date,
        days.market_cap_usd,
        days.spot_volume_usd,
        days.tokens,
        expected.tokens_expected,
        growths.growth - 1 as daily_return,
        bitcoin.price_usd / bitcoin_before.price_usd - 1 as bitcoin_return,
        -- logarithms are added up as decimals, exactly; nothing is known beyond the eighth digit
        {%- for index, growth in [('return_index', 'growth'), ('equal_weight_index', 'equal_growth')] %}
        round(100 * exp(cast(
            sum(cast(coalesce(ln(growths.{{ growth }}), 0) as decimal(38, 18))) over (
                partition by days.category order by days.date rows between unbounded preceding and current row
            ) as double
        )), 8) as {{ index }}{{ ',' if not loop.last }}
        {%- endfor %}
    from days
    inner join expected
        on days.category = expected.category and days.date = expected.date
    left join growths
        on days.category = growths.category and days.date = growths.date
    left join bitcoin
        on days.date = bitcoin.date
    left join bitcoin as bitcoin_before
        on days.previous_date = bitcoin_before.date
),

-- slope of the basket's daily returns over bitcoin's, where both are known
paired as (
    select
        category,
        date,
        daily_return as y,
        bitcoin_return as x
    from indexed
    where daily_return is not null and bitcoin_return is not null
),

moments as (
    select
        category,
        date,
        {{ trailing('count', '*', 'category', 'date', 90) }} as pairs,
        {{ trailing_sum('x', 'category', 'date', 90) }} as sum_x,
        {{ trailing_sum('y', 'category', 'date', 90) }} as sum_y,
        {{ trailing_sum('x * y', 'category', 'date', 90, scale=18) }} as sum_xy,
        {{ trailing_sum('x * x', 'category', 'date', 90, scale=18) }} as sum_xx
    from paired
),

betas as (
    select
        category,
        date,
        round((sum_xy - sum_x * sum_y / pairs) / nullif(sum_xx - sum_x * sum_x / pairs, 0), 6) as beta_to_bitcoin_90d
    from moments
    where pairs >= 60
)

select
    own.category,
    own.date,
    own.return_index,
    round(own.daily_return, 12) as daily_return,
    round(
        own.return_index / max(own.return_index) over (
            partition by own.category order by own.date rows between unbounded preceding and current row
        ) - 1, 8
    ) as drawdown,
    round(own.return_index / own_30.return_index / (other.return_index / other_30.return_index) - 1, 8) as relative_strength,
    own.market_cap_usd,
    own.spot_volume_usd,
    own.tokens,
    own.tokens_expected,
    own.equal_weight_index,
    {%- for days in [7, 30, 90] %}
    round(own.return_index / own_{{ days }}.return_index - 1, 8) as return_{{ days }}d,
    round(own.equal_weight_index / own_{{ days }}.equal_weight_index - 1, 8) as equal_weight_return_{{ days }}d,
    {%- endfor %}
    betas.beta_to_bitcoin_90d
from indexed as own
{%- for days in [7, 30, 90] %}
left join indexed as own_{{ days }}
    on own.category = own_{{ days }}.category and own_{{ days }}.date = {{ days_before('own.date', days) }}
{%- endfor %}
left join indexed as other
    on other.category = case when own.category = 'perp' then 'ai' else 'perp' end and own.date = other.date
left join indexed as other_30
    on other.category = other_30.category and other_30.date = {{ days_before('own.date', 30) }}
left join betas
    on own.category = betas.category and own.date = betas.date
