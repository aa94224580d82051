{{ config(
    materialized='incremental',
    incremental_strategy='by_month',
    meta={'touched': {'list': 'touched_mart_months', 'before': 0, 'after': 'all', 'days_before': 0, 'day': 'opened_at'}},
    on_schema_change='fail'
) }}

-- One crypto asset's hour over all venues of perpetuals and their markets that passed the gate. What is expected of an hour is what is expected of
-- its day, so a touched month rebuilds every later one.
with {{ market_hours(
    gated('fct_candles_hourly', days_before=1),
    gated('fct_open_interest_hourly', days_before=1),
    gated('fct_funding_rates', days_before=1),
    gated('fct_premiums_hourly', days_before=1),
    gated('fct_volume_daily', days_before=1)
) }},

-- Prices are of one market, the one that traded most that day, of those that have the hour.
sized as (
    select
        *,
        row_number() over (
            partition by asset, opened_at
            order by case when close is not null then day_volume_usd end desc nulls last, volume_usd desc nulls last, market_id
        ) as size_rank,
        coalesce(lag(opened_at) over of_market = opened_at - interval '1' hour, false) as has_before,
        lag(volume_usd) over of_market as earlier_volume_usd,
        lag(open_interest_base) over of_market as earlier_open_interest_base,
        lag(open_interest_usd) over of_market as earlier_open_interest_usd
    from joined
    window of_market as (partition by market_id, asset order by opened_at)
),

-- Like for like: the markets with a figure in both hours.
paired as (
    select
        *,
        {%- for figure in ['volume_usd', 'open_interest_base', 'open_interest_usd'] %}
        case when has_before and earlier_{{ figure }} is not null then {{ figure }} end as {{ figure }}_of_both,
        case when has_before and {{ figure }} is not null then earlier_{{ figure }} end as {{ figure }}_before
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from sized
    where {{ in_touched_days() }}
),

traded as (
    select
        asset,
        opened_at,
        max(case when size_rank = 1 then open end) as open,
        max(case when size_rank = 1 then high end) as high,
        max(case when size_rank = 1 then low end) as low,
        max(case when size_rank = 1 then close end) as close,
        {{ exact_sum('volume_usd') }} as volume_usd,
        {{ exact_sum('open_interest_base') }} as open_interest_base,
        {{ exact_sum('open_interest_usd') }} as open_interest_usd,
        max(age_seconds) as open_interest_age_seconds,
        {{ like_for_like('volume_usd') }} as volume_usd_change_1h,
        {{ like_for_like('open_interest_base') }} as open_interest_change_1h,
        {{ like_for_like('open_interest_usd') }} as open_interest_usd_change_1h,
        {{ exact_sum('case when open_interest_usd > 0 then volume_usd end') }} as volume_with_open_interest_usd,
        {{ weighted_mean('funding_rate_1h', 'open_interest_usd') }} as funding_by_open_interest,
        {{ weighted_mean('funding_rate_1h', 'volume_usd') }} as funding_by_volume,
        {{ weighted_mean('premium', 'volume_usd') }} as premium,
        cast(count(distinct case when volume_usd is not null then venue end) as integer) as volume_venues_reported,
        cast(count(distinct case when open_interest_usd is not null then venue end) as integer) as open_interest_venues_reported,
        cast(count(distinct case when funding_rate_1h is not null then venue end) as integer) as funding_venues_reported,
        cast(count(*) as integer) as markets
    from paired
    group by asset, opened_at
),

-- Liquidations name the asset, not the market: an asset counts at a venue whose markets of that name are all coins that day.
told as (
    select facts.*, cast(facts.opened_at as date) as date
    from {{ gated('fct_liquidations_hourly', days_before=1) }} as facts
),

coins as (
    select perpetuals.venue, days.asset, days.date
    from (select distinct asset, date from told) as days
    inner join perpetuals
        on days.asset = perpetuals.asset and days.date >= perpetuals.first_on and days.date < perpetuals.end_on
    group by perpetuals.venue, days.asset, days.date
    having min(case when perpetuals.underlying_class = 'crypto' then 1 else 0 end) = 1
),

forced as (
    select
        told.asset,
        told.opened_at,
        {{ exact_sum('told.liquidated_usd') }} as liquidations_usd,
        {{ exact_sum("case when told.side = 'long' then told.liquidated_usd end") }} as long_liquidations_usd,
        {{ exact_sum("case when told.side = 'short' then told.liquidated_usd end") }} as short_liquidations_usd,
        {{ sorted_list('told.venue') }} as liquidations_coverage
    from told
    inner join coins
        on told.venue = coins.venue and told.asset = coins.asset and told.date = coins.date
    group by told.asset, told.opened_at
),

-- Venues that told of any hour of the day, and list the coin.
tellers as (
    select days.asset, days.date, cast(count(distinct days.venue) as integer) as liquidations_venues_reported
    from {{ ref('mart_venue_asset_daily') }} as days
    inner join (select distinct venue, date from told) as told_days
        on days.venue = told_days.venue and days.date = told_days.date
    where {{ in_touched_days(column='days.date') }} and days.liquidations_status = 'reported'
    group by days.asset, days.date
),

coverage as (
    select
        asset,
        date,
        {{ coverage_counts(quantities()) }}
    from {{ ref('mart_venue_asset_daily') }}
    where {{ in_touched_days() }}
    group by asset, date
)

select
    traded.asset,
    traded.opened_at,
    traded.open,
    traded.high,
    traded.low,
    traded.close,
    traded.volume_usd,
    traded.volume_usd_change_1h,
    traded.open_interest_base,
    traded.open_interest_usd,
    traded.open_interest_change_1h,
    traded.open_interest_usd_change_1h,
    traded.open_interest_age_seconds,
    case {{ funding_weight() }} when 'open_interest' then funding_by_open_interest when 'volume' then funding_by_volume end as funding_rate_1h,
    traded.premium,
    forced.liquidations_usd,
    forced.long_liquidations_usd,
    forced.short_liquidations_usd,
    forced.liquidations_coverage,
    traded.markets,
    traded.volume_venues_reported,
    coverage.volume_venues_expected,
    traded.open_interest_venues_reported,
    coverage.open_interest_venues_expected,
    traded.funding_venues_reported,
    coverage.funding_venues_expected,
    coalesce(tellers.liquidations_venues_reported, 0) as liquidations_venues_reported,
    coverage.liquidations_venues_expected,
    {{ month_of('cast(traded.opened_at as date)') }} as month
from traded
left join forced
    on traded.asset = forced.asset and traded.opened_at = forced.opened_at
left join coverage
    on traded.asset = coverage.asset and cast(traded.opened_at as date) = coverage.date
left join tellers
    on traded.asset = tellers.asset and cast(traded.opened_at as date) = tellers.date
