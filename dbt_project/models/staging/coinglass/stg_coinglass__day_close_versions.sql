-- Every version of the bars that end at midnight, where the daily models have the newest of each day.
with open_interest as (
    select *, 'open_interest_usd' as metric, {{ adapter.quote('close') }} as {{ adapter.quote('value') }}
    from {{ source('coinglass', 'aggregated_open_interest') }}
),

funding as (
    select *, 'funding_rate_8h' as metric, {{ adapter.quote('close') }} / 100 as {{ adapter.quote('value') }}
    from {{ source('coinglass', 'oi_weighted_funding') }}
),

versions as (
    select * from open_interest
    union all
    select * from funding
),

measured as (
    select
        *,
        {{ coinglass_interval_hours(adapter.quote('interval')) }} as interval_hours
    from versions
)

select
    symbol as asset,
    metric,
    cast({{ from_epoch_ms(adapter.quote('time')) }} as date) as date,
    {{ adapter.quote('value') }},
    interval_hours,
    _fetched_at as fetched_at, month
from measured
where mod({{ adapter.quote('time') }} + interval_hours * 3600000, 86400000) = 0
