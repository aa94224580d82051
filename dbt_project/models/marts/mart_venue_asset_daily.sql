{{ config(
    materialized='incremental',
    incremental_strategy='by_month',
    meta={'touched': {'list': 'touched_mart_months', 'before': 0, 'after': 'all', 'days_before': 0, 'day': 'date'}},
    on_schema_change='fail'
) }}

-- One coin's day at one venue, over the venue's perpetuals that passed the gate. A quantity that was expected and did not come is a row
-- without the figure, and its status says so. What is expected follows from earlier days, so a touched month rebuilds every later one.
with {{ market_figures(
    gated('fct_volume_daily'), gated('fct_open_interest_daily'), gated('fct_funding_rates'), gated('fct_premiums_hourly')
) }},

{{ coin_liquidations(gated('fct_liquidations_daily')) }},

sized as (
    select
        *,
        row_number() over (partition by venue, asset, date order by volume_usd desc nulls last, market_id) as size_rank
    from joined
),

traded as (
    select
        venue,
        asset,
        date,
        {{ exact_sum('volume_usd') }} as volume_usd,
        {{ exact_sum('open_interest_usd') }} as open_interest_usd,
        {{ exact_sum('case when open_interest_usd > 0 then volume_usd end') }} as volume_with_open_interest_usd,
        {{ weighted_mean('funding_rate_hourly', 'open_interest_usd') }} as funding_by_open_interest,
        {{ weighted_mean('funding_rate_hourly', 'volume_usd') }} as funding_by_volume,
        -- of one market, or of markets whose size nobody tells: the largest's
        max(case when size_rank = 1 then funding_rate_hourly end) as funding_of_largest,
        {{ weighted_mean('last_premium', 'volume_usd') }} as premium,
        {{ weighted_mean('premium', 'volume_usd') }} as basis,
        max(case when size_rank = 1 then close end) as close,
        count(*) as markets
    from sized
    group by venue, asset, date
),

rated as (
    select
        *,
        case {{ funding_weight() }}
            when 'open_interest' then funding_by_open_interest
            when 'volume' then funding_by_volume
            else funding_of_largest
        end as funding_rate_hourly
    from traded
),

forced as (
    select
        venue,
        asset,
        date,
        {{ exact_sum('liquidated_usd') }} as liquidations_usd,
        min(coverage) as liquidations_coverage
    from liquidations
    where source_rank = 1 and not is_total
    group by venue, asset, date
),

-- Since when a venue gives a quantity, on whatever day: the first that passed, until it closes.
gives as (
    select
        published.venue_or_protocol as venue,
        venues.closed_on
        {%- for quantity, one in quantities().items() %},
        min(case when published.fact = '{{ one.fact }}' then published.date end) as {{ quantity }}_since
        {%- endfor %}
    from {{ ref('mart_published_days') }} as published
    inner join {{ ref('dim_venues') }} as venues
        on published.venue_or_protocol = venues.venue and venues.product = 'perpetual'
    group by published.venue_or_protocol, venues.closed_on
),

-- Days on which a venue told of its liquidations: an asset it does not name had none.
told_days as (
    select distinct venue_or_protocol as venue, date
    from {{ ref('mart_published_days') }}
    where fact = 'fct_liquidations_daily' and {{ in_touched_days() }}
),

asset_days as (
    select asset, date from rated
    union
    select asset, date from forced
),

-- Coins that a venue lists all day long.
listed as (
    select distinct markets.venue, asset_days.asset, asset_days.date
    from asset_days
    inner join {{ ref('dim_markets') }} as markets
        on asset_days.asset = markets.asset
        and {{ day_start('asset_days.date') }} >= markets.valid_from
        and (markets.valid_to is null or {{ day_end('asset_days.date') }} <= markets.valid_to)
    where markets.underlying_class = 'crypto'
),

keys as (
    select venue, asset, date from rated
    union
    select venue, asset, date from forced
    union
    select listed.venue, listed.asset, listed.date
    from listed
    inner join gives
        on listed.venue = gives.venue
),

figures as (
    select
        keys.*,
        rated.volume_usd,
        rated.open_interest_usd,
        rated.funding_rate_hourly * 8 as funding_rate_8h,
        rated.funding_rate_hourly * 24 * 365 as funding_rate_apr,
        rated.premium,
        rated.basis,
        forced.liquidations_usd,
        forced.liquidations_coverage,
        rated.close,
        cast(coalesce(rated.markets, 0) as integer) as markets,
        listed.venue is not null and keys.date <= coalesce(gives.closed_on, keys.date) as is_open
        {%- for quantity in quantities() %},
        gives.{{ quantity }}_since
        {%- endfor %},
        told_days.venue is not null as has_told
    from keys
    left join rated
        on keys.venue = rated.venue and keys.asset = rated.asset and keys.date = rated.date
    left join forced
        on keys.venue = forced.venue and keys.asset = forced.asset and keys.date = forced.date
    left join listed
        on keys.venue = listed.venue and keys.asset = listed.asset and keys.date = listed.date
    left join gives
        on keys.venue = gives.venue
    left join told_days
        on keys.venue = told_days.venue and keys.date = told_days.date
),

judged as (
    select
        *
        {%- for quantity, one in quantities().items() %},
        case
            when {{ one.figure }} is not null {% if quantity == 'liquidations' %}or (is_open and has_told) {% endif %}then 'reported'
            when is_open and date >= {{ quantity }}_since then 'missing'
            else 'not_expected'
        end as {{ quantity }}_status
        {%- endfor %}
    from figures
)

select
    venue,
    asset,
    date,
    volume_usd,
    open_interest_usd,
    funding_rate_8h,
    funding_rate_apr,
    premium,
    basis,
    liquidations_usd,
    liquidations_coverage,
    close,
    markets,
    volume_status,
    open_interest_status,
    funding_status,
    liquidations_status,
    {{ month_of('date') }} as month
from judged
where
    {{ in_touched_days() }}
    and not (
        volume_status = 'not_expected' and open_interest_status = 'not_expected' and funding_status = 'not_expected'
        and liquidations_status = 'not_expected'
    )
