{# What hourly marts take of facts, as CTEs: a market's hour of a coin's perpetual, each figure with the asset it was of that day. The facts come in
   through the gate, with the day before, of which changes and expectations are told. `sizes` is a day's volume of each market. #}
{% macro market_hours(candles, open_interest, funding, premiums, volume) -%}
perpetuals as (
    select * from {{ markets_by_day() }} as markets
    where product = 'perpetual'
),

markets as (
    select * from perpetuals
    where underlying_class = 'crypto'
),

candles as (
    select
        facts.market_id, facts.venue, facts.asset, facts.opened_at, facts.volume_usd,
        facts.open / markets.asset_multiplier as open,
        facts.high / markets.asset_multiplier as high,
        facts.low / markets.asset_multiplier as low,
        facts.close / markets.asset_multiplier as close
    from {{ candles }} as facts
    inner join markets
        on {{ on_its_day('facts.market_id', 'cast(facts.opened_at as date)') }}
),

open_interest as (
    select
        facts.market_id, facts.venue, facts.asset, facts.opened_at, facts.open_interest_base, facts.open_interest_usd, facts.age_seconds
    from {{ open_interest }} as facts
    inner join markets
        on {{ on_its_day('facts.market_id', 'cast(facts.opened_at as date)') }}
),

-- What was settled last holds for the hours of its interval: an hour knows no settlement that comes after it began. Where two overlap, the later.
funding as (
    select
        facts.market_id, facts.venue, facts.asset,
        facts.hour_at + {{ hours_long('lags.hours') }} as opened_at,
        max_by(facts.funding_rate / facts.funding_interval_hours, facts.settled_at) as funding_rate_1h
    from (
        select *, {{ dbt.date_trunc('hour', 'settled_at') }} as hour_at from {{ funding }} as settled
    ) as facts
    inner join markets
        on {{ on_its_day('facts.market_id', 'cast(facts.settled_at as date)') }}
    inner join (values {% for hours in range(24) %}({{ hours }}){% if not loop.last %}, {% endif %}{% endfor %}) as lags (hours)
        on lags.hours < facts.funding_interval_hours
    group by facts.market_id, facts.venue, facts.asset, facts.hour_at + {{ hours_long('lags.hours') }}
),

premiums as (
    select
        facts.market_id, facts.venue, facts.asset,
        {{ dbt.date_trunc('hour', 'facts.observed_at') }} as opened_at,
        max_by(facts.premium, facts.observed_at) as premium
    from {{ premiums }} as facts
    inner join markets
        on {{ on_its_day('facts.market_id', 'cast(facts.observed_at as date)') }}
    group by facts.market_id, facts.venue, facts.asset, {{ dbt.date_trunc('hour', 'facts.observed_at') }}
),

sizes as (
    select facts.market_id, facts.date, facts.volume_usd as day_volume_usd
    from {{ volume }} as facts
),

market_hours as (
    select market_id, venue, asset, opened_at from candles
    union
    select market_id, venue, asset, opened_at from open_interest
),

joined as (
    select
        market_hours.*,
        cast(market_hours.opened_at as date) as date,
        candles.open, candles.high, candles.low, candles.close, candles.volume_usd,
        open_interest.open_interest_base, open_interest.open_interest_usd, open_interest.age_seconds,
        funding.funding_rate_1h,
        premiums.premium,
        sizes.day_volume_usd
    from market_hours
    left join candles
        on market_hours.market_id = candles.market_id and market_hours.opened_at = candles.opened_at
    left join open_interest
        on market_hours.market_id = open_interest.market_id and market_hours.opened_at = open_interest.opened_at
    left join funding
        on market_hours.market_id = funding.market_id and market_hours.opened_at = funding.opened_at
    left join premiums
        on market_hours.market_id = premiums.market_id and market_hours.opened_at = premiums.opened_at
    left join sizes
        on market_hours.market_id = sizes.market_id and cast(market_hours.opened_at as date) = sizes.date
)
{%- endmacro %}
