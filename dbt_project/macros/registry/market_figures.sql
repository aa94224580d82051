{# What marts take of facts, as CTEs: a market's day of a coin's perpetual, each figure with the asset it was of that day. The facts
   come in through the gate, with as many days before as the mart needs. #}
{% macro market_figures(volume, open_interest, funding, premiums) -%}
perpetuals as (
    select * from {{ markets_by_day() }} as markets
    where product = 'perpetual'
),

markets as (
    select * from perpetuals
    where underlying_class = 'crypto'
),

volume as (
    select
        facts.market_id, facts.venue, facts.asset, facts.date, facts.volume_usd, facts.hours, facts.squared_returns,
        facts.close / markets.asset_multiplier as close
    from {{ volume }} as facts
    inner join markets
        on {{ on_its_day('facts.market_id', 'facts.date') }}
),

open_interest as (
    select facts.market_id, facts.venue, facts.asset, facts.date, facts.open_interest_usd
    from {{ open_interest }} as facts
    inner join markets
        on {{ on_its_day('facts.market_id', 'facts.date') }}
),

-- What a long paid over the day, per hour of the intervals it paid for.
funding as (
    select
        facts.market_id, facts.venue, facts.asset, cast(facts.settled_at as date) as date,
        {{ exact_sum('facts.funding_rate', 18) }} / sum(facts.funding_interval_hours) as funding_rate_hourly
    from {{ funding }} as facts
    inner join markets
        on {{ on_its_day('facts.market_id', 'cast(facts.settled_at as date)') }}
    group by facts.market_id, facts.venue, facts.asset, cast(facts.settled_at as date)
),

premiums as (
    select
        facts.market_id, facts.venue, facts.asset, cast(facts.observed_at as date) as date,
        {{ exact_sum('facts.premium', 18) }} / count(facts.premium) as premium,
        max_by(facts.premium, facts.observed_at) as last_premium
    from {{ premiums }} as facts
    inner join markets
        on {{ on_its_day('facts.market_id', 'cast(facts.observed_at as date)') }}
    group by facts.market_id, facts.venue, facts.asset, cast(facts.observed_at as date)
),

market_days as (
    select market_id, venue, asset, date from volume
    union
    select market_id, venue, asset, date from open_interest
    union
    select market_id, venue, asset, date from funding
),

joined as (
    select
        market_days.*,
        volume.volume_usd,
        volume.hours,
        volume.squared_returns,
        volume.close,
        open_interest.open_interest_usd,
        funding.funding_rate_hourly,
        premiums.premium,
        premiums.last_premium
    from market_days
    left join volume
        on market_days.market_id = volume.market_id and market_days.date = volume.date
    left join open_interest
        on market_days.market_id = open_interest.market_id and market_days.date = open_interest.date
    left join funding
        on market_days.market_id = funding.market_id and market_days.date = funding.date
    left join premiums
        on market_days.market_id = premiums.market_id and market_days.date = premiums.date
)
{%- endmacro %}

{# A mean over markets of what is known of them, weighted by their size. #}
{% macro weighted_mean(expression, weight) -%}
    {{ exact_sum(expression ~ ' * ' ~ weight) }}
        / nullif({{ exact_sum('case when ' ~ expression ~ ' is not null then ' ~ weight ~ ' end') }}, 0)
{%- endmacro %}

{# Which of the two means of funding counts: open interest weighs where it is known for the markets that do most of the trading, else volume
   does. Of columns funding_by_open_interest, funding_by_volume, volume_with_open_interest_usd and volume_usd. #}
{% macro funding_weight() -%}
    case
        when funding_by_open_interest is not null
            and coalesce(volume_with_open_interest_usd, 0) >= 0.5 * coalesce(volume_usd, 0) then 'open_interest'
        when funding_by_volume is not null then 'volume'
        when funding_by_open_interest is not null then 'open_interest'
    end
{%- endmacro %}

{# Liquidations of coins, as CTEs after those above: one source per venue, asset and day (`source_rank = 1`), whole before sampled, then by
   name. A total over venues is kept apart from what is in it. Liquidations name the asset, not the market: an asset counts at a venue whose markets of that
   name are all coins that day. #}
{% macro coin_liquidations(facts) -%}
told as (
    select facts.venue, facts.asset, facts.date, facts.side, facts.source, facts.coverage, facts.liquidated_usd
    from {{ facts }} as facts
),

coins as (
    select perpetuals.venue, days.asset, days.date
    from (select distinct asset, date from told) as days
    inner join perpetuals
        on days.asset = perpetuals.asset and days.date >= perpetuals.first_on and days.date < perpetuals.end_on
    group by perpetuals.venue, days.asset, days.date
    having min(case when perpetuals.underlying_class = 'crypto' then 1 else 0 end) = 1
),

liquidations as (
    select
        told.venue, told.asset, told.date, told.side, told.coverage, told.liquidated_usd,
        told.coverage = 'all_venues' as is_total,
        rank() over (
            partition by told.venue, told.asset, told.date
            order by case when told.coverage = 'sampled' then 1 else 0 end, told.source
        ) as source_rank,
        max(case when told.coverage = 'all_venues' then 1 else 0 end) over (partition by told.asset, told.date) = 1 as has_total
    from told
    left join coins
        on told.venue = coins.venue and told.asset = coins.asset and told.date = coins.date
    left join (select distinct asset, date from coins) as coins_anywhere
        on told.asset = coins_anywhere.asset and told.date = coins_anywhere.date
    where coins.asset is not null or (told.coverage = 'all_venues' and coins_anywhere.asset is not null)
)
{%- endmacro %}
