{{ config(
    materialized='incremental',
    incremental_strategy='by_month',
    meta={'touched': {'list': 'touched_mart_months', 'before': 0, 'after': 'all', 'days_before': 0, 'day': 'date'}},
    on_schema_change='fail'
) }}

-- The market of crypto perpetuals per day: its size, who holds it, how concentrated it is, and how much of it was seen.
with venue_days as (
    select
        shares.*,
        venues.is_regulated,
        row_number() over (
            partition by shares.date
            order by shares.volume_usd desc nulls last, shares.venue
        ) as volume_rank,
        -- like for like: venues published on each of these days
        {{ growth_part('shares.volume_usd', 'shares.venue', 'shares.date', 7) }} as volume_usd_7d,
        {{ growth_part('shares.volume_usd', 'shares.venue', 'shares.date', 7, skip=true) }} as volume_usd_7d_before,
        {{ growth_part('shares.volume_usd', 'shares.venue', 'shares.date', 30) }} as volume_usd_30d,
        {{ growth_part('shares.volume_usd', 'shares.venue', 'shares.date', 30, skip=true) }} as volume_usd_30d_before
    from {{ ref('mart_venue_share_daily') }} as shares
    inner join {{ ref('dim_venues') }} as venues
        on shares.venue = venues.venue
    where {{ in_touched_days(days_before=59, column='shares.date') }}
),

days as (
    select
        date,
        {{ exact_sum('volume_usd') }} as volume_usd,
        {{ exact_sum('open_interest_usd') }} as open_interest_usd,
        {{ exact_sum("case when kind = 'cex' then volume_usd end") }} as cex_volume_usd,
        {{ exact_sum("case when kind = 'dex' then volume_usd end") }} as dex_volume_usd,
        {{ exact_sum("case when kind = 'cex' then open_interest_usd end") }} as cex_open_interest_usd,
        {{ exact_sum("case when kind = 'dex' then open_interest_usd end") }} as dex_open_interest_usd,
        {{ exact_sum('case when is_regulated then volume_usd end') }} as regulated_volume_usd,
        max(case when volume_rank = 1 and volume_usd is not null then venue end) as top1_venue,
        max(case when volume_rank = 1 then volume_share end) as top1_volume_share,
        {{ exact_sum('case when volume_rank <= 3 then volume_usd end') }} as top3_volume_usd,
        {{ exact_sum('volume_share * volume_share', 18) }} as volume_hhi,
        {{ exact_sum('volume_usd_7d') }} / nullif({{ exact_sum('volume_usd_7d_before') }}, 0) - 1 as volume_growth_7d,
        {{ exact_sum('volume_usd_30d') }} / nullif({{ exact_sum('volume_usd_30d_before') }}, 0) - 1 as volume_growth_30d,
        count(volume_usd) as venues_reported
    from venue_days
    group by date
),

-- What is known of whom, and what the same venues and coins did since the day before.
series as (
    select
        figures.*,
        venues.kind,
        {{ like_for_like_parts('volume_usd', 'figures.') }},
        {{ like_for_like_parts('open_interest_usd', 'figures.') }},
        {{ like_for_like_parts('liquidations_usd', 'figures.') }}
    from {{ ref('mart_venue_asset_daily') }} as figures
    inner join {{ ref('dim_venues') }} as venues
        on figures.venue = venues.venue
    where {{ in_touched_days(days_before=1, column='figures.date') }}
),

coverage as (
    select
        date,
        {{ weighted_mean('funding_rate_apr', 'open_interest_usd') }} as funding_rate_apr,
        {{ exact_sum('liquidations_usd') }} as liquidations_usd,
        {{ coverage_counts(quantities()) }},
        {%- for kind in ['cex', 'dex'] %}
        {%- for quantity in ['volume', 'open_interest'] %}
        count(distinct case when kind = '{{ kind }}' and {{ quantity }}_status = 'reported' then venue end)
            as {{ kind }}_{{ quantity }}_venues_reported,
        count(distinct case when kind = '{{ kind }}' and {{ quantity }}_status <> 'not_expected' then venue end)
            as {{ kind }}_{{ quantity }}_venues_expected,
        {%- endfor %}
        {%- endfor %}
        {%- for quantity in ['volume', 'open_interest'] %}
        coalesce({{ exact_sum("case when kind = 'dex' then " ~ quantity ~ "_usd_of_both end") }}, 0)
            / nullif({{ exact_sum(quantity ~ '_usd_of_both') }}, 0)
            - coalesce({{ exact_sum("case when kind = 'dex' then " ~ quantity ~ "_usd_before end") }}, 0)
            / nullif({{ exact_sum(quantity ~ '_usd_before') }}, 0) as dex_{{ quantity }}_share_change_1d,
        {%- endfor %}
        {{ like_for_like('volume_usd') }} as volume_usd_change_1d,
        {{ like_for_like('open_interest_usd') }} as open_interest_usd_change_1d,
        {{ like_for_like('liquidations_usd') }} as liquidations_usd_change_1d
    from series
    where {{ in_touched_days() }}
    group by date
),

-- Spot beside the perpetual of the same venue and name, on days both have the same hours.
pairs as (
    select
        spot.date,
        {{ exact_sum('perpetuals.volume_usd') }} as paired_volume_usd,
        {{ exact_sum('spot.spot_volume_usd') }} as spot_volume_usd,
        {{ sorted_list('spot.venue') }} as perp_to_spot_coverage,
        count(*) as perp_to_spot_pairs
    from {{ gated('fct_spot_volume_daily') }} as spot
    inner join {{ gated('fct_volume_daily') }} as perpetuals
        on spot.market_id = perpetuals.market_id
        and spot.date = perpetuals.date
        and spot.hours = perpetuals.hours
    inner join {{ markets_by_day() }} as markets
        on {{ on_its_day('spot.market_id', 'spot.date') }}
    where
        markets.underlying_class = 'crypto'
        and spot.spot_volume_usd is not null
        and perpetuals.volume_usd is not null
    group by spot.date
),

overview as (
    select
        days.date,
        days.volume_usd,
        days.open_interest_usd,
        coalesce(days.cex_volume_usd, 0) / nullif(days.volume_usd, 0) as cex_volume_share,
        coalesce(days.dex_volume_usd, 0) / nullif(days.volume_usd, 0) as dex_volume_share,
        coalesce(days.cex_open_interest_usd, 0) / nullif(days.open_interest_usd, 0) as cex_open_interest_share,
        coalesce(days.dex_open_interest_usd, 0) / nullif(days.open_interest_usd, 0) as dex_open_interest_share,
        days.top1_venue,
        days.top1_volume_share,
        days.top3_volume_usd / nullif(days.volume_usd, 0) as top3_volume_share,
        days.volume_hhi,
        coalesce(days.regulated_volume_usd, 0) / nullif(days.volume_usd, 0) as regulated_volume_share,
        pairs.paired_volume_usd / nullif(pairs.spot_volume_usd, 0) as perp_to_spot_ratio,
        pairs.perp_to_spot_coverage,
        cast(pairs.perp_to_spot_pairs as integer) as perp_to_spot_pairs,
        pairs.paired_volume_usd / nullif(days.volume_usd, 0) as perp_to_spot_volume_share,
        {{ trailing_mean('days.volume_usd', '1', 'days.date', 7) }} as volume_usd_7d_avg,
        {{ trailing_mean('days.volume_usd', '1', 'days.date', 30) }} as volume_usd_30d_avg,
        days.volume_growth_7d,
        days.volume_growth_30d,
        coverage.volume_usd_change_1d,
        coverage.open_interest_usd_change_1d,
        coverage.dex_volume_share_change_1d,
        coverage.dex_open_interest_share_change_1d,
        coverage.funding_rate_apr,
        coverage.liquidations_usd,
        coverage.liquidations_usd_change_1d,
        coalesce(coverage.volume_venues_expected, 0) as venues_expected,
        cast(days.venues_reported as integer) as venues_reported,
        {%- for quantity in quantities() %}
        coverage.{{ quantity }}_venues_reported,
        coverage.{{ quantity }}_venues_expected,
        {{ is_complete(quantity, 'coverage.') }} as is_{{ quantity }}_complete,
        {%- endfor %}
        {%- for kind in ['cex', 'dex'] %}
        {%- for quantity in ['volume', 'open_interest'] %}
        cast(coverage.{{ kind }}_{{ quantity }}_venues_reported as integer) as {{ kind }}_{{ quantity }}_venues_reported,
        cast(coverage.{{ kind }}_{{ quantity }}_venues_expected as integer) as {{ kind }}_{{ quantity }}_venues_expected
        {%- if kind == 'cex' or quantity == 'volume' %},{% endif %}
        {%- endfor %}
        {%- endfor %}
    from days
    left join coverage
        on days.date = coverage.date
    left join pairs
        on days.date = pairs.date
)

select
    *,
    {{ month_of('date') }} as month
from overview
where {{ in_touched_days() }}
