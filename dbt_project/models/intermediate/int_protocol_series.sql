-- DefiLlama's daily figures of the protocols we follow, one row per protocol, metric and closed day.
with dimensions as (
    select
        slug,
        case
            when adapter_type = 'fees' and data_type = 'dailyFees' then 'fees'
            when adapter_type = 'fees' and data_type = 'dailySupplySideRevenue' then 'supply_side_revenue'
            when adapter_type = 'fees' and data_type = 'dailyRevenue' then 'revenue'
            when adapter_type = 'fees' and data_type = 'dailyProtocolRevenue' then 'protocol_revenue'
            when adapter_type = 'fees' and data_type = 'dailyHoldersRevenue' then 'holders_revenue'
            when adapter_type = 'derivatives' and data_type = 'dailyVolume' then 'volume'
            -- dexs is spot: hyperliquid's is its spot order book, gmx's its swaps
            when adapter_type = 'dexs' and data_type = 'dailyVolume' then 'spot_volume'
            when adapter_type = 'open-interest' and data_type = 'openInterestAtEnd' then 'open_interest'
        end as metric,
        date,
        value_usd,
        fetched_at
    from {{ ref('stg_defillama__dimension_series') }}
),

tvl as (
    select
        slug,
        'tvl' as metric,
        cast(observed_at as date) as date,
        tvl_usd as value_usd,
        fetched_at
    from {{ ref('stg_defillama__tvl') }}
    where is_midnight
),

series as (
    select slug, metric, date, value_usd, fetched_at
    from dimensions
    where metric is not null
    union all
    select slug, metric, date, value_usd, fetched_at
    from tvl
),

-- The running day is partial. A capture answers a whole series at once, and values that did not change add no version:
-- any row fetched after a day's end says that the day was read closed.
read_last as (
    select
        *,
        max(fetched_at) over (partition by slug, metric) as series_read_at
    from series
)

select
    protocols.protocol,
    read_last.metric,
    read_last.date,
    read_last.value_usd,
    case when read_last.value_usd is null then 'missing' else 'ok' end as status,
    read_last.fetched_at,
    {{ month_of('read_last.date') }} as month
from read_last
inner join {{ ref('protocols') }} as protocols
    on read_last.slug = protocols.defillama_slug
where {{ day_end('read_last.date') }} <= read_last.series_read_at
