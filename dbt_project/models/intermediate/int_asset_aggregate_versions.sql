-- Every figure an aggregator ever gave for the end of an asset's day, with the time it was received. A name
-- is what it meant on that day.
with versions as (
    select
        *,
        max(interval_hours) over (partition by asset, metric, date) as longest_hours
    from {{ ref('stg_coinglass__day_close_versions') }}
),

named as (
    select
        versions.*,
        coalesce(names.asset, versions.asset) as subject,
        min(case when names.asset is null or names.asset = versions.asset then 0 else 1 end) over (
            partition by coalesce(names.asset, versions.asset), versions.metric, versions.date
        ) as best_name,
        case when names.asset is null or names.asset = versions.asset then 0 else 1 end as rank_of_name
    from versions
    left join {{ own_names() }} as own
        on own.venue = 'coinglass'
        and versions.asset = own.base_asset
    left join {{ ref('int_asset_names') }} as names
        on {{ named_asset('versions.asset', day_start('versions.date')) }}
    where versions.interval_hours = versions.longest_hours
)

select
    subject,
    case when metric = 'open_interest_usd' then 'aggregator_open_interest_usd' else metric end as metric,
    subject || ':' || metric as series,
    date,
    {{ adapter.quote('value') }},
    fetched_at
from named
where rank_of_name = best_name
