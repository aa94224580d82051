{{ config(meta={'touched': {'days_before': 0}}) }}

-- What all venues together held and paid at the end of each closed UTC day, as an aggregator has it: an outside opinion, never the sum of
-- the venues here, and never added to them.
select
    asset,
    date,
    source,
    open_interest_usd as aggregator_open_interest_usd,
    funding_rate_8h,
    coverage,
    observed_at,
    fetched_at,
    {{ month_of('date') }} as month
from {{ ref('int_asset_aggregates') }}
