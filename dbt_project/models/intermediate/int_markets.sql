-- Versions of every market: a new one when a term of the contract changes, when a dated row of a seed says
-- that its name or its class became another, or when the market comes back after it left the list. A table,
-- because every fact joins it. resolves_from/resolves_to cover all time without gaps, for joins; what lies
-- before observed_from is taken from the oldest reading.
{{ config(materialized='table', meta={'touched': {'days_before': 0}}) }}

with observations as (
    select * from {{ ref('int_instrument_observations') }}
),

listed as (
    select
        *,
        concat_ws(
            '|', base_asset, quote_asset, settle_asset, contract_type, contract_size, underlying_class,
            coalesce(funding_interval_hours, 0)
        ) as terms
    from observations
    where is_listed
),

compared as (
    select
        *,
        case
            when lag(terms) over (partition by market_id order by observed_on) = terms
                and lag(reading) over (partition by market_id order by observed_on) = reading - 1 then 0
            else 1
        end as is_first
    from listed
),

numbered as (
    select
        *,
        sum(is_first) over (partition by market_id order by observed_on rows between unbounded preceding and current row) as version
    from compared
),

-- Markets that were flagged as delisted from the first reading on still need one version, closed at that reading.
never_listed as (
    select market_id, min(observed_on) as first_seen_on
    from observations
    group by market_id
    having max(case when is_listed then 1 else 0 end) = 0
),

spans as (
    select
        venue, symbol, market_id, base_asset, quote_asset, settle_asset, contract_type, contract_size,
        underlying_class, max(funding_interval_hours) as funding_interval_hours, min(listed_at) as listed_at,
        min(observed_on) as first_on,
        -- a market known by its data alone (reading 0) is known from its first row on
        min(case when reading = 0 then cast(listed_at as date) else observed_on end) as observed_first_on,
        case when count(*) = count(next_reading_on) then max(next_reading_on) end as ends_on
    from numbered
    group by
        venue, symbol, market_id, version, base_asset, quote_asset, settle_asset, contract_type, contract_size,
        underlying_class
    union all
    select
        observations.venue, observations.symbol, observations.market_id, base_asset, quote_asset, settle_asset,
        contract_type, contract_size, underlying_class, funding_interval_hours, listed_at, observed_on as first_on,
        observed_on as observed_first_on, observed_on as ends_on
    from observations
    inner join never_listed
        on observations.market_id = never_listed.market_id
        and observations.observed_on = never_listed.first_seen_on
),

ordered as (
    select
        *,
        min(listed_at) over (partition by market_id) as market_listed_at,
        row_number() over (partition by market_id order by first_on) as version,
        lead(first_on) over (partition by market_id order by first_on) as next_first_on
    from spans
),

dated as (
    select
        *,
        case
            when version > 1 then {{ day_start('first_on') }}
            when market_listed_at < {{ day_end('first_on') }}
                then least(market_listed_at, coalesce({{ day_start('ends_on') }}, market_listed_at))
            else {{ day_start("date '1970-01-01'") }}
        end as valid_from,
        {{ day_start('ends_on') }} as ended_at,
        {{ day_start('observed_first_on') }} as observed_from,
        case when version = 1 then {{ day_start("date '1970-01-01'") }} else {{ day_start('first_on') }} end as resolves_from,
        coalesce({{ day_start('next_first_on') }}, {{ day_start("date '9999-12-31'") }}) as resolves_to
    from ordered
),

classes as (
    {{ dated_rows(ref('underlying_classes'), ['venue', 'symbol'], ['underlying_class']) }}
),

-- A version is cut where its name or its class became another; what became of a name after the market had
-- ended is none of its.
pieces as (
    select
        dated.*,
        coalesce(names.asset, dated.base_asset) as asset,
        cast(coalesce(names.asset_multiplier, 1) as double) as asset_multiplier,
        coalesce(classes.underlying_class, dated.underlying_class, 'other') as underlying_class_then,
        greatest(
            dated.resolves_from,
            coalesce(names.starts_at, dated.resolves_from),
            coalesce(classes.starts_at, dated.resolves_from)
        ) as piece_from
    from dated
    left join {{ own_names() }} as own
        on dated.venue = own.venue
        and dated.base_asset = own.base_asset
    left join {{ ref('int_asset_names') }} as names
        on dated.base_asset = names.base_asset
        and names.venue = coalesce(own.venue, '')
        and names.starts_at < least(dated.resolves_to, coalesce(dated.ended_at, dated.resolves_to))
        and names.ends_at > dated.resolves_from
    left join classes
        on dated.venue = classes.venue
        and dated.symbol = classes.symbol
        and classes.starts_at < least(dated.resolves_to, coalesce(dated.ended_at, dated.resolves_to))
        and classes.ends_at > dated.resolves_from
    where
        names.starts_at is null
        or classes.starts_at is null
        or (names.starts_at < classes.ends_at and classes.starts_at < names.ends_at)
),

following as (
    select
        *,
        lead(piece_from) over (partition by market_id order by piece_from) as next_from,
        coalesce(lead(version) over (partition by market_id order by piece_from) = version, false) as is_cut
    from pieces
)

select
    venue,
    symbol,
    market_id,
    asset,
    asset_multiplier,
    quote_asset,
    settle_asset,
    contract_type,
    contract_size,
    underlying_class_then as underlying_class,
    funding_interval_hours,
    market_listed_at as listed_at,
    -- a version that ends where the next begins was replaced; any other end is the market leaving the list
    case when not is_cut and (next_first_on is null or ends_on < next_first_on) then ended_at end as delisted_at,
    case when valid_from < coalesce(next_from, resolves_to) then case when piece_from > resolves_from then greatest(valid_from, piece_from) else valid_from end else piece_from end as valid_from,
    case when is_cut then next_from else ended_at end as valid_to,
    next_from is null as is_current,
    -- a piece that ended before the market was listed: its name meant something else then
    is_cut and valid_from >= next_from as is_before_listing,
    observed_from,
    piece_from as resolves_from,
    coalesce(next_from, resolves_to) as resolves_to
from following
