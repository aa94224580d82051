-- DefiLlama's daily figures of the protocols we follow, one row per protocol, metric and closed day.
with dimensions as (
    select
        slug,
        {{ protocol_metric() }} as metric,
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

told as (
    select slug, metric, date, value_usd, fetched_at
    from dimensions
    where metric is not null
    union all
    select slug, metric, date, value_usd, fetched_at
    from tvl
),

reported as (
    select protocols.protocol, told.metric, told.date, told.value_usd, told.fetched_at
    from told
    inner join {{ ref('protocols') }} as protocols
        on told.slug = protocols.defillama_slug
    where told.metric <> 'open_interest'

    union all

    -- the sum of the parts; a day that one of them lacks between others is a day without a figure
    select
        slugs.protocol,
        told.metric,
        told.date,
        case when count(told.value_usd) = count(*) then {{ exact_sum('told.value_usd') }} end as value_usd,
        max(told.fetched_at) as fetched_at
    from told
    inner join {{ ref('int_open_interest_slugs') }} as slugs
        on told.slug = slugs.slug
    where told.metric = 'open_interest'
    group by slugs.protocol, told.metric, told.date
),

-- what a parent's breakdown tells of a part counts before the part's own series: it adds up to the parent
series as (
    select reported.*
    from reported
    left join {{ ref('int_protocol_parts') }} as parts
        on reported.protocol = parts.protocol and reported.metric = parts.metric and reported.date = parts.date
    where parts.protocol is null

    union all

    select protocol, metric, date, value_usd, fetched_at
    from {{ ref('int_protocol_parts') }}
),

-- The running day is partial. A capture answers a whole series at once, and values that did not change add no version:
-- any row fetched after a day's end says that the day was read closed.
read_last as (
    select
        *,
        max(fetched_at) over (partition by protocol, metric) as series_read_at
    from series
)

select
    read_last.protocol,
    read_last.metric,
    read_last.date,
    case when halts.protocol is null or read_last.value_usd <> 0 then read_last.value_usd end as value_usd,
    case
        when halts.protocol is not null and coalesce(read_last.value_usd, 0) = 0 then 'halted'
        when read_last.value_usd is null then 'missing'
        else 'ok'
    end as status,
    read_last.fetched_at,
    {{ month_of('read_last.date') }} as month
from read_last
-- what a halted protocol still holds is a figure, what it does not trade or earn is none
left join {{ ref('protocol_halts') }} as halts
    on {{ during_halt('read_last.protocol', 'read_last.date') }} and read_last.metric not in ('open_interest', 'tvl')
where {{ day_end('read_last.date') }} <= read_last.series_read_at
