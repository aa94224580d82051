-- Fees that a chain itself counted, by UTC day: what its counter grew by from midnight to midnight. At midnight it stood on the line between
-- the readings around it, where these are an hour apart at most; else the days beside it are not known.
with readings as (
    select
        protocol,
        total_fees_usd,
        observed_at,
        fetched_at,
        cast(observed_at as date) as date,
        lead(total_fees_usd) over (partition by protocol order by observed_at) as next_total_usd,
        lead(observed_at) over (partition by protocol order by observed_at) as next_at
    from {{ ref('stg_hypurrscan__fees') }}
),

midnights as (
    select
        protocol,
        date,
        total_fees_usd
        + (next_total_usd - total_fees_usd)
        * ({{ hours_between('observed_at', day_end('date')) }}) / ({{ hours_between('observed_at', 'next_at') }}) as total_fees_usd,
        fetched_at
    from readings
    where next_at >= {{ day_end('date') }} and {{ hours_between('observed_at', 'next_at') }} <= 1
)

select
    today.protocol,
    'hypurrscan' as source,
    today.date,
    today.total_fees_usd - yesterday.total_fees_usd as fees_usd,
    greatest(today.fetched_at, yesterday.fetched_at) as fetched_at,
    {{ month_of('today.date') }} as month
from midnights as today
inner join midnights as yesterday
    on today.protocol = yesterday.protocol and yesterday.date = {{ days_before('today.date', 1) }}
