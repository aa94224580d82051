-- Versions of every market: a new one when a term of the contract changes or the market comes back after it left the list.
-- A table, because every fact joins it. resolves_from/resolves_to cover all time without gaps, for joins.
{{ config(materialized='table', meta={'touched': {'days_before': 0}}) }}

with observations as (
    select * from {{ ref('int_instrument_observations') }}
),

listed as (
    select
        *,
        concat_ws(
            '|', asset, asset_multiplier, quote_asset, settle_asset, contract_type, contract_size, underlying_class,
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
        venue, symbol, market_id, asset, asset_multiplier, quote_asset, settle_asset, contract_type, contract_size,
        underlying_class, max(funding_interval_hours) as funding_interval_hours, min(listed_at) as listed_at,
        min(observed_on) as first_on,
        case when count(*) = count(next_reading_on) then max(next_reading_on) end as ends_on
    from numbered
    group by
        venue, symbol, market_id, version, asset, asset_multiplier, quote_asset, settle_asset, contract_type, contract_size,
        underlying_class
    union all
    select
        observations.venue, observations.symbol, observations.market_id, asset, asset_multiplier, quote_asset, settle_asset,
        contract_type, contract_size, underlying_class, funding_interval_hours, listed_at, observed_on as first_on,
        observed_on as ends_on
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
        {{ day_start('ends_on') }} as ended_at
    from ordered
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
    underlying_class,
    funding_interval_hours,
    market_listed_at as listed_at,
    -- a version that ends where the next begins was replaced; any other end is the market leaving the list
    case when next_first_on is null or ends_on < next_first_on then ended_at end as delisted_at,
    valid_from,
    ended_at as valid_to,
    next_first_on is null as is_current,
    case when version = 1 then {{ day_start("date '1970-01-01'") }} else valid_from end as resolves_from,
    coalesce({{ day_start('next_first_on') }}, {{ day_start("date '9999-12-31'") }}) as resolves_to
from dated
