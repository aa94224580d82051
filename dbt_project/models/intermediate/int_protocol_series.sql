-- DefiLlama's daily figures of protocols, parents and parts alike: one row per protocol, metric and closed day.
with dimensions as (
    select
        slug,
        {{ protocol_metric() }} as metric,
        date,
        value_usd,
        fetched_at
    from {{ ref('stg_defillama__dimension_series') }}
),

-- of the past by the protocol's own chart, at the midnight that the day begins with; else as the list of that day had it
holdings as (
    select slug, cast(observed_at as date) as date, tvl_usd as value_usd, fetched_at, 1 as preference
    from {{ ref('stg_defillama__tvl') }}
    where is_midnight
    union all
    select slug, observed_on as date, tvl_usd as value_usd, fetched_at, 2 as preference
    from {{ ref('stg_defillama__protocols') }}
    where tvl_usd is not null and slug in (select slug from {{ ref('int_protocol_slugs') }})
),

preferred as (
    select *, row_number() over (partition by slug, date order by preference) as place
    from holdings
),

told as (
    select slug, metric, date, value_usd, fetched_at
    from dimensions
    where metric is not null
    union all
    select slug, 'tvl' as metric, date, value_usd, fetched_at
    from preferred
    where place = 1
),

-- Of a parent the sum of its parts, and what it is told itself where it is. A day that a part lacks between others has no figure; one for which
-- parts have no row, because they were not read so far back or did not exist, says so.
series as (
    select
        slugs.protocol,
        told.metric,
        told.date,
        slugs.is_own,
        case
            when count(*) = 1 then max(told.value_usd)
            when count(told.value_usd) = count(*) then {{ exact_sum('told.value_usd') }}
        end as value_usd,
        max(told.fetched_at) as fetched_at,
        count(*) < max(count(*)) over (partition by slugs.protocol, told.metric, slugs.is_own) as lacks_parts
    from told
    inner join {{ ref('int_protocol_slugs') }} as slugs
        on told.slug = slugs.slug
    where told.metric <> 'open_interest'
    group by slugs.protocol, told.metric, told.date, slugs.is_own

    union all

    select
        slugs.protocol,
        told.metric,
        told.date,
        true as is_own,
        case
            when count(*) = 1 then max(told.value_usd)
            when count(told.value_usd) = count(*) then {{ exact_sum('told.value_usd') }}
        end as value_usd,
        max(told.fetched_at) as fetched_at,
        false as lacks_parts
    from told
    inner join {{ ref('int_open_interest_slugs') }} as slugs
        on told.slug = slugs.slug
    where told.metric = 'open_interest'
    group by slugs.protocol, told.metric, told.date
),

-- The running day is partial. A capture answers a whole series at once, and values that did not change add no version:
-- any row fetched after a day's end says that the day was read closed.
read_closed as (
    select *, false as is_breakdown, max(fetched_at) over (partition by protocol, metric, is_own) as series_read_at
    from series

    union all

    -- what a parent's breakdown tells of a part counts before the part's own series: it adds up to the parent
    select protocol, metric, date, true as is_own, value_usd, fetched_at, false as lacks_parts, true as is_breakdown,
        max(fetched_at) over (partition by protocol, metric) as series_read_at
    from {{ ref('int_protocol_parts') }}
),

-- of the two that a parent may have, the one that is whole, and else the one that was read last
chosen as (
    select
        *,
        row_number() over (
            partition by protocol, metric, date
            order by
                case when is_breakdown then 0 else 1 end,
                case when lacks_parts then 1 else 0 end,
                series_read_at desc,
                case when is_own then 0 else 1 end
        ) as place
    from read_closed
    where {{ day_end('date') }} <= series_read_at
),

read_last as (
    select * from chosen where place = 1
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
