-- Every figure an aggregator ever gave for the end of an asset's day, with the time it was received.
with versions as (
    select
        *,
        max(interval_hours) over (partition by asset, metric, date) as longest_hours
    from {{ ref('stg_coinglass__day_close_versions') }}
)

select
    asset as subject,
    metric,
    asset || ':' || metric as series,
    date,
    {{ adapter.quote('value') }},
    fetched_at
from versions
where interval_hours = longest_hours
