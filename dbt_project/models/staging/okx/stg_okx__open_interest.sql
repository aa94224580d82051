with observations as (
    select inst_id, ts, oi_ccy, oi_usd, _fetched_at, month
    from ({{ latest_version('okx', 'open_interest') }}) as snapshots
    union all
    select inst_id, ts, oi_ccy, oi_usd, _fetched_at, month
    from ({{ latest_version('okx', 'open_interest_history') }}) as history
),

-- The venue adds up doubles: 27600.2194000001204, off by some 1e-15 of the value. What is left has 13 to 14 digits that count.
cleaned as (
    select
        *,
        case
            when abs(oi_ccy) < 1e6 then round(oi_ccy, 8)
            when abs(oi_ccy) < 1e10 then round(oi_ccy, 4)
            else round(oi_ccy, 0)
        end as open_interest_base
    from observations
    where inst_id like '%-SWAP'
)

select
    {{ market_of('okx', 'inst_id') }},
    'one_sided' as side_convention,
    case when oi_usd is not null and open_interest_base > 0 then 'implied' end as price_kind,
    -- both units come from the venue, for contracts of any size; answers without USD are valued in facts
    open_interest_base,
    oi_usd as open_interest_usd,
    {{ not_given('long_usd', 'short_usd') }},
    case when open_interest_base > 0 then oi_usd / open_interest_base end as price_used,
    {{ told_in_base('open_interest') }},
    {{ from_epoch_ms('ts') }} as observed_at,
    _fetched_at as fetched_at, month
from cleaned
