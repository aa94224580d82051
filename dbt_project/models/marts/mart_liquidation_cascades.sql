{{ config(
    materialized='incremental',
    incremental_strategy='by_month',
    meta={'touched': {'list': 'touched_mart_months', 'before': 1, 'after': 'all', 'days_before': 16, 'day': 'started_at'}},
    on_schema_change='fail'
) }}

-- Falls of an asset that are large by any measure and by its own, found in what is known then; where each ends and what followed is told from the
-- days after it, so this mart looks ahead, up to fifteen days, and feeds no other. Prices tell; open interest confirms where it is known.
{%- set hours_judged %}range between interval '24' hour preceding and interval '1' hour preceding{% endset %}
with {{ hours_with_falls(days_before=31) }},

hits as (
    select asset, opened_at
    from measured
    where
        usual_hours >= {{ var('cascade_known_hours') }}
        and fall <= -greatest({{ var('cascade_fall') }}, {{ var('cascade_fall_in_usual_days') }} * usual_day)
),

-- A day without such an hour parts one cascade from the next.
firsts as (
    select asset, opened_at as hit_at, lead(opened_at) over (partition by asset order by opened_at) as next_hit_at
    from (
        select *, count(*) over (partition by asset order by opened_at {{ hours_judged }}) as hits_before
        from hits
    ) as counted
    where hits_before = 0
),

spans as (
    select firsts.asset, firsts.hit_at, max(hits.opened_at) as last_hit_at
    from firsts
    inner join hits
        on firsts.asset = hits.asset
        and hits.opened_at >= firsts.hit_at
        and hits.opened_at <= firsts.hit_at + interval '168' hour
        and (firsts.next_hit_at is null or hits.opened_at < firsts.next_hit_at)
    group by firsts.asset, firsts.hit_at
),

-- From the highest price of the day before the first such hour to the lowest price.
extremes as (
    select
        spans.*,
        max(case when hours.opened_at < spans.hit_at then hours.high when hours.opened_at = spans.hit_at then hours.open end) as top,
        min(case when hours.opened_at >= spans.hit_at then hours.low end) as bottom
    from spans
    inner join hours
        on spans.asset = hours.asset
        and hours.opened_at >= spans.hit_at - interval '24' hour
        and hours.opened_at <= spans.last_hit_at
    group by spans.asset, spans.hit_at, spans.last_hit_at
),

bounded as (
    select
        extremes.asset,
        extremes.hit_at,
        extremes.top,
        extremes.bottom,
        max(case
            when hours.opened_at < extremes.hit_at and hours.high >= extremes.top - (extremes.top - extremes.bottom) * 0.1 then hours.opened_at
            when hours.opened_at = extremes.hit_at and hours.open >= extremes.top - (extremes.top - extremes.bottom) * 0.1 then hours.opened_at
        end) as started_at,
        min(case when hours.opened_at >= extremes.hit_at and hours.low = extremes.bottom then hours.opened_at end) as ended_at
    from extremes
    inner join hours
        on extremes.asset = hours.asset
        and hours.opened_at >= extremes.hit_at - interval '24' hour
        and hours.opened_at <= extremes.last_hit_at
    group by extremes.asset, extremes.hit_at, extremes.top, extremes.bottom
),

around as (
    select
        bounded.*,
        hours.opened_at,
        hours.opened_at >= bounded.started_at and hours.opened_at <= bounded.ended_at as is_within,
        -- a source that stamps on the hour tells the last hour's loss in the next
        hours.opened_at > bounded.started_at and hours.opened_at <= bounded.ended_at + interval '1' hour as is_of_stock,
        hours.opened_at >= bounded.started_at - interval '24' hour and hours.opened_at < bounded.started_at as is_before,
        hours.opened_at > bounded.ended_at and hours.opened_at <= bounded.ended_at + interval '24' hour as is_after,
        hours.opened_at > bounded.ended_at and hours.close >= (bounded.top + bounded.bottom) / 2 as has_half_back,
        hours.close,
        hours.open_interest_usd,
        case when hours.open_interest_change_1h > -1 then ln(1 + hours.open_interest_change_1h) end as open_interest_step,
        hours.open_interest_venues_reported,
        hours.open_interest_venues_expected,
        hours.funding_rate_1h,
        hours.volume_usd,
        hours.liquidations_usd,
        hours.long_liquidations_usd,
        hours.short_liquidations_usd,
        hours.liquidations_venues_reported,
        hours.liquidations_venues_expected,
        row_number() over (
            partition by bounded.asset, bounded.hit_at
            order by
                case when hours.opened_at >= bounded.started_at and hours.opened_at <= bounded.ended_at then hours.low / hours.open end nulls last,
                hours.opened_at
        ) as steepness
    from bounded
    inner join hours
        on bounded.asset = hours.asset
        and hours.opened_at >= bounded.started_at - interval '24' hour
        and hours.opened_at <= bounded.ended_at + interval '168' hour
),

told as (
    select
        asset,
        started_at,
        hit_at,
        ended_at,
        max(case when steepness = 1 then opened_at end) as peak_at,
        top as price_before,
        bottom as price_lowest,
        bottom / top - 1 as price_move,
        {{ exact_sum('case when is_within then volume_usd end') }} as volume_usd,
        max(case when opened_at = started_at then open_interest_usd end) as open_interest_before_usd,
        exp({{ exact_sum('case when is_of_stock then open_interest_step end', 18) }}) - 1 as open_interest_change,
        cast(count(case when is_of_stock then open_interest_step end) as integer) as open_interest_hours_known,
        cast(count(case when is_of_stock then 1 end) as integer) as open_interest_hours,
        coalesce(max(case when steepness = 1 then open_interest_venues_reported end), 0) as open_interest_venues_reported,
        max(case when steepness = 1 then open_interest_venues_expected end) as open_interest_venues_expected,
        {{ exact_sum('case when is_within then liquidations_usd end') }} as liquidations_usd,
        {{ exact_sum('case when is_within then long_liquidations_usd end') }} as long_liquidations_usd,
        {{ exact_sum('case when is_within then short_liquidations_usd end') }} as short_liquidations_usd,
        coalesce(max(case when steepness = 1 then liquidations_venues_reported end), 0) as liquidations_venues_reported,
        max(case when steepness = 1 then liquidations_venues_expected end) as liquidations_venues_expected,
        {{ exact_sum('case when is_before then funding_rate_1h end', 18) }} / nullif(count(case when is_before then funding_rate_1h end), 0) * 8
            as funding_rate_8h_before,
        {{ exact_sum('case when is_after then funding_rate_1h end', 18) }} / nullif(count(case when is_after then funding_rate_1h end), 0) * 8
            as funding_rate_8h_after,
        max(case when opened_at = ended_at + interval '24' hour then (close - bottom) / (top - bottom) end) as regained_24h,
        min(case when has_half_back then opened_at end) as half_regained_at
    from around
    group by asset, started_at, hit_at, ended_at, top, bottom
),

-- Where open interest is known for most of the hours, it must have fallen: a fall that nobody was closed in is none.
confirmed as (
    select *
    from told
    where
        {{ in_touched_days(column='cast(started_at as date)') }}
        and (
            open_interest_hours_known < 0.5 * open_interest_hours
            or open_interest_change <= -{{ var('cascade_open_interest_fall') }}
        )
),

perpetuals as (
    select * from {{ markets_by_day() }} as markets
    where product = 'perpetual' and underlying_class = 'crypto'
),

market_hours as (
    select
        confirmed.asset, confirmed.started_at, candles.venue, candles.market_id, candles.opened_at, candles.open, candles.low,
        sum(candles.volume_usd) over (partition by confirmed.asset, confirmed.started_at, candles.market_id) as traded_usd
    from {{ gated('fct_candles_hourly', days_before=31) }} as candles
    inner join perpetuals as markets
        on {{ on_its_day('candles.market_id', 'cast(candles.opened_at as date)') }}
    inner join confirmed
        on candles.asset = confirmed.asset
        and candles.opened_at >= confirmed.started_at
        and candles.opened_at <= confirmed.ended_at
),

-- A venue moves as its most traded market does, and had moved when half of its own fall was done.
venue_hours as (
    select
        *,
        max(case when opened_at = started_at then open end) over (partition by asset, started_at, market_id) as top,
        min(low) over (partition by asset, started_at, market_id) as bottom,
        dense_rank() over (partition by asset, started_at, venue order by traded_usd desc nulls last, market_id) as size_rank
    from market_hours
),

moved as (
    select
        asset,
        started_at,
        venue,
        (top - low) / (top - bottom) as share_done,
        opened_at,
        row_number() over (partition by asset, started_at, venue order by opened_at) as choice
    from venue_hours
    where size_rank = 1 and low <= (top + bottom) / 2 and bottom < top
),

ordered as (
    select asset, started_at, {{ list_in_order('venue', 'opened_at, share_done desc, venue') }} as venues_in_order, count(*) as venues
    from moved
    where choice = 1
    group by asset, started_at
)

select
    confirmed.asset,
    confirmed.started_at,
    confirmed.hit_at,
    confirmed.peak_at,
    confirmed.ended_at,
    confirmed.price_before,
    confirmed.price_lowest,
    confirmed.price_move,
    confirmed.volume_usd,
    confirmed.open_interest_before_usd,
    case when confirmed.open_interest_hours_known > 0 then confirmed.open_interest_change end as open_interest_change,
    confirmed.open_interest_hours_known,
    confirmed.open_interest_hours,
    confirmed.open_interest_venues_reported,
    confirmed.open_interest_venues_expected,
    confirmed.liquidations_usd,
    confirmed.long_liquidations_usd,
    confirmed.short_liquidations_usd,
    confirmed.liquidations_venues_reported,
    confirmed.liquidations_venues_expected,
    confirmed.funding_rate_8h_before,
    confirmed.funding_rate_8h_after,
    ordered.venues_in_order,
    cast(coalesce(ordered.venues, 0) as integer) as venues,
    confirmed.regained_24h,
    confirmed.half_regained_at,
    {{ month_of('cast(confirmed.started_at as date)') }} as month
from confirmed
left join ordered
    on confirmed.asset = ordered.asset and confirmed.started_at = ordered.started_at
