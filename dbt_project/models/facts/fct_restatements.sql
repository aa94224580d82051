{{ config(
    materialized='incremental',
    incremental_strategy='by_month',
    pre_hook="{{ tell_versions(true) }}",
    post_hook="{{ tell_versions(false) }}",
    meta={'touched': {'list': 'touched_months', 'before': 0, 'after': 0, 'days_before': 0, 'day': 'date'}, 'reads_versions': true},
    on_schema_change='fail'
) }}

-- Values of closed days that a source changed later, or took back. Of markets: staging's views give every version of what has several.
with candle_versions as (
    select source, market_id, opened_at, cast(opened_at as date) as date, fetched_at, close, volume_base, volume_usd, month
    from {{ ref('int_candles_hourly') }}
    where {{ in_touched_months() }} and {{ since_first_day('opened_at') }} and {{ has_versions('candles') }}
),

{{ changed_versions('candles', 'candle_versions', ['market_id', 'opened_at'], ['close', 'volume_base', 'volume_usd'],
    ref('fct_candles_hourly'), ['market_id', 'opened_at']) }},

{{ changed_sums('volumes', 'candles', ['market_id', 'date'], ['volume_base', 'volume_usd'], ref('fct_volume_daily')) }},

funding_versions as (
    select source, market_id, settled_at, cast(settled_at as date) as date, fetched_at, funding_rate, month
    from {{ ref('int_funding_rates') }}
    where {{ in_touched_months() }} and {{ since_first_day('settled_at') }} and {{ has_versions('funding_rates') }}
),

{{ changed_versions('funding_rates', 'funding_versions', ['market_id', 'settled_at'], ['funding_rate'],
    ref('fct_funding_rates'), ['market_id', 'settled_at']) }},

interest_versions as (
    select
        source, market_id, observed_at, date, fetched_at, open_interest_base * asset_multiplier as open_interest_base, open_interest_usd,
        month
    from {{ ref('int_open_interest_observations') }}
    where {{ in_touched_months() }} and {{ since_first_day() }} and {{ has_versions('open_interest') }}
),

{{ changed_versions('interest_of_all', 'interest_versions', ['market_id', 'observed_at'], ['open_interest_base', 'open_interest_usd'],
    ref('fct_open_interest_daily'), ['market_id', 'date']) }},

-- Open interest is the last of its day: what was observed before it never counted.
interest as (
    select interest_of_all.*
    from interest_of_all
    left join {{ ref('fct_open_interest_daily') }} as held
        on interest_of_all.month = held.month
        and interest_of_all.market_id = held.market_id
        and interest_of_all.date = held.date
    where interest_of_all.observed_at >= coalesce(held.observed_at, interest_of_all.observed_at)
),

liquidation_versions as (
    select
        source, venue, asset, side, market_id, symbol, liquidated_at, cast(liquidated_at as date) as date, fetched_at,
        {{ exact_sum('liquidated_usd') }} as liquidated_usd,
        month
    from {{ ref('int_liquidations') }}
    where {{ in_touched_months() }} and {{ since_first_day('liquidated_at') }} and {{ has_versions('liquidations') }}
    group by source, venue, asset, side, market_id, symbol, liquidated_at, fetched_at, month
),

{{ changed_versions('closings', 'liquidation_versions', ['venue', 'asset', 'side', 'market_id', 'symbol', 'liquidated_at'], ['liquidated_usd'],
    ref('fct_liquidations_daily'), ['venue', 'asset', 'date', 'side']) }},

{{ changed_sums('liquidations', 'closings', ['venue', 'asset', 'date', 'side'], ['liquidated_usd'], ref('fct_liquidations_daily')) }},

restated as (
    {{ restatements(ref('int_protocol_versions'), 'fct_protocol_metrics_daily') }}
    union all
    {{ restatements(ref('int_token_price_versions'), 'fct_token_prices_daily') }}
    union all
    {{ restatements(ref('int_asset_aggregate_versions'), 'fct_asset_aggregates_daily') }}
    union all
    {{ restated('candles', 'fct_candles_hourly', 'market_id', 'opened_at', ['close', 'volume_base', 'volume_usd']) }}
    union all
    {{ restated('volumes', 'fct_volume_daily', 'market_id', 'date', ['volume_base', 'volume_usd']) }}
    union all
    {{ restated('funding_rates', 'fct_funding_rates', 'market_id', 'settled_at', ['funding_rate']) }}
    union all
    {{ restated('interest', 'fct_open_interest_daily', 'market_id', 'date', ['open_interest_base', 'open_interest_usd']) }}
    union all
    {{ restated('liquidations', 'fct_liquidations_daily', "venue || ':' || asset || ':' || side", 'date', ['liquidated_usd']) }}
)

select *
from restated
where {{ in_touched_months() }} and {{ since_first_day() }}
