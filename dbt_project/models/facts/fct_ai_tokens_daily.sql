{{ config(meta={'touched': {'days_before': 1}}) }}

-- Tokens of AI on each closed day: those typed with sources, from their first price on, and those in CoinGecko's lists of that day, whose rows are
-- closed by a later list. What nobody gave of a member is null, with a status; a list stands for days without one, its prices do not.
with lists as (
    select * from {{ ref('int_ai_listings') }}
),

-- one coin, one protocol
typed as (
    select coingecko_id, min(protocol) as protocol
    from {{ ref('protocols') }}
    where category = 'ai' and coingecko_id is not null
    group by coingecko_id
),

followed as (
    select
        tokens.coingecko_id,
        prices.token,
        prices.date,
        prices.price_usd,
        prices.market_cap_usd,
        prices.spot_volume_usd,
        prices.fetched_at
    from {{ ref('fct_token_prices_daily') }} as prices
    inner join {{ ref('int_tokens') }} as tokens
        on prices.token = tokens.token
),

quoted as (
    select
        *,
        row_number() over (partition by coingecko_id, quoted_on order by observed_at desc, category) as choice
    from lists
),

closed as (
    select
        quoted_on as date,
        max(fetched_at) as fetched_at
    from lists
    where {{ day_end('quoted_on') }} <= (select max(fetched_at) from {{ ref('int_ai_listings') }})
    group by quoted_on
),

days as (
    select date from followed
    union distinct
    select date from closed
),

begun as (
    select
        typed.coingecko_id,
        min(followed.date) as first_date
    from typed
    inner join followed
        on typed.coingecko_id = followed.coingecko_id
    group by typed.coingecko_id
),

listed as (
    select
        days.date,
        lists.coingecko_id,
        max(case when lists.is_ai then 1 else 0 end) = 1 as is_listed,
        {{ sorted_list('lists.category') }} as categories,
        min(case when lists.ai_side is not null then lists.side_priority end) as side_priority,
        max(lists.symbol) as symbol,
        max(lists.token_name) as token_name,
        max(lists.fetched_at) as fetched_at
    from days
    inner join lists
        on days.date >= lists.valid_from and days.date < lists.valid_to
    group by days.date, lists.coingecko_id
),

members as (
    select begun.coingecko_id, days.date
    from begun
    inner join days
        on begun.first_date <= days.date
    union distinct
    select coingecko_id, date
    from listed
    where is_listed
),

told as (
    select
        members.coingecko_id,
        members.date,
        tokens.token as followed_token,
        typed.protocol,
        listed.symbol,
        listed.token_name,
        coalesce(listed.is_listed, false) as is_listed,
        listed.categories,
        models.ai_side as typed_side,
        models.is_token_needed,
        models.source_url,
        sides.ai_side as category_side,
        followed.price_usd as followed_price_usd,
        quoted.price_usd as quoted_price_usd,
        coalesce(followed.market_cap_usd, quoted.market_cap_usd) as market_cap_usd,
        coalesce(followed.spot_volume_usd, quoted.volume_usd) as spot_volume_usd,
        developers.commits_4w,
        developers.contributors,
        developers.stars,
        developers.observed_at as developer_observed_at,
        developers.has_repository,
        coalesce(followed.fetched_at, quoted.fetched_at, listed.fetched_at) as fetched_at
    from members
    left join {{ ref('int_tokens') }} as tokens
        on members.coingecko_id = tokens.coingecko_id
    left join typed
        on members.coingecko_id = typed.coingecko_id
    left join {{ ref('token_models') }} as models
        on
            typed.protocol = models.protocol
            and members.date >= models.effective_from
            and members.date < coalesce(models.effective_to, date '9999-12-31')
    left join listed
        on members.coingecko_id = listed.coingecko_id and members.date = listed.date
    left join {{ ref('ai_categories') }} as sides
        on listed.side_priority = sides.side_priority
    left join followed
        on members.coingecko_id = followed.coingecko_id and members.date = followed.date
    left join quoted
        on members.coingecko_id = quoted.coingecko_id and members.date = quoted.quoted_on and quoted.choice = 1
    left join {{ ref('int_developers_by_day') }} as developers
        on
            members.coingecko_id = developers.coingecko_id
            and members.date >= developers.valid_from
            and members.date < developers.valid_to
)

select
    coingecko_id,
    date,
    coalesce(followed_token, symbol) as token,
    token_name,
    protocol,
    is_listed,
    categories,
    coalesce(typed_side, category_side) as ai_side,
    case when typed_side is not null then 'token_models' when category_side is not null then 'coingecko' end as ai_side_source,
    is_token_needed,
    case when typed_side is not null then source_url end as token_source_url,
    coalesce(followed_price_usd, quoted_price_usd) as price_usd,
    case when followed_price_usd is not null then 'defillama' when quoted_price_usd is not null then 'coingecko' end as price_source,
    market_cap_usd,
    spot_volume_usd,
    commits_4w,
    contributors,
    stars,
    developer_observed_at,
    case when has_repository then 'ok' when not has_repository then 'not_reported' else 'not_asked' end as developer_status,
    case when followed_price_usd is null and quoted_price_usd is null then 'missing' else 'ok' end as status,
    fetched_at,
    {{ month_of('date') }} as month
from told
