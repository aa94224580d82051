-- What a protocol trades, earns and hands to its tokenholders. Accrued shares, yields and valuations need fee policies, market
-- caps and incentives; those columns are kept and null until these sources are here.
with metrics as (
    select
        facts.protocol,
        facts.date,
        max(case when facts.metric = 'volume' then facts.value_usd end) as volume_usd,
        max(case when facts.metric = 'open_interest' then facts.value_usd end) as open_interest_usd
    from {{ gated('fct_protocol_metrics_daily') }} as facts
    where facts.metric in ('volume', 'open_interest')
    group by facts.protocol, facts.date
),

fees as (
    select facts.protocol, facts.date, facts.fees_usd, facts.holders_revenue_usd, facts.status
    from {{ gated('fct_protocol_fees_daily') }} as facts
),

-- A protocol that is a venue of ours is measured by us too: the sum of the markets we ingest, all classes.
venue_volume as (
    select venues.protocol, facts.date, {{ exact_sum('facts.volume_usd') }} as volume_usd
    from {{ gated('fct_volume_daily') }} as facts
    inner join {{ ref('dim_venues') }} as venues
        on facts.venue = venues.venue
    where venues.protocol is not null
    group by venues.protocol, facts.date
),

venue_open_interest as (
    select venues.protocol, facts.date, {{ exact_sum('facts.open_interest_usd') }} as open_interest_usd
    from {{ gated('fct_open_interest_daily') }} as facts
    inner join {{ ref('dim_venues') }} as venues
        on facts.venue = venues.venue
    where venues.protocol is not null
    group by venues.protocol, facts.date
),

protocol_days as (
    select protocol, date from metrics
    union
    select protocol, date from fees
),

joined as (
    select
        protocol_days.protocol,
        protocol_days.date,
        coalesce(metrics.volume_usd, venue_volume.volume_usd) as volume_usd,
        case
            when metrics.volume_usd is not null then 'defillama'
            when venue_volume.volume_usd is not null then 'venue'
        end as volume_source,
        coalesce(metrics.open_interest_usd, venue_open_interest.open_interest_usd) as open_interest_usd,
        case
            when metrics.open_interest_usd is not null then 'defillama'
            when venue_open_interest.open_interest_usd is not null then 'venue'
        end as open_interest_source,
        fees.fees_usd,
        fees.holders_revenue_usd,
        coalesce(fees.status, 'not_reported') as status
    from protocol_days
    left join metrics
        on protocol_days.protocol = metrics.protocol and protocol_days.date = metrics.date
    left join fees
        on protocol_days.protocol = fees.protocol and protocol_days.date = fees.date
    left join venue_volume
        on protocol_days.protocol = venue_volume.protocol and protocol_days.date = venue_volume.date
    left join venue_open_interest
        on protocol_days.protocol = venue_open_interest.protocol and protocol_days.date = venue_open_interest.date
)

select
    joined.protocol,
    joined.date,
    joined.volume_usd,
    joined.volume_source,
    joined.open_interest_usd,
    joined.open_interest_source,
    joined.fees_usd,
    joined.fees_usd / nullif(joined.volume_usd, 0) * 10000 as take_rate_bps,
    cast(null as double) as holders_accrued_usd,
    cast(null as double) as holders_accrued_share,
    cast(null as double) as holders_accrued_share_low,
    cast(null as double) as holders_accrued_share_high,
    joined.holders_revenue_usd as holders_reported_usd,
    joined.holders_revenue_usd / nullif(joined.fees_usd, 0) as holders_reported_share,
    cast(null as double) as holder_yield,
    cast(null as double) as price_to_fees,
    cast(null as double) as price_to_holders_revenue,
    cast(null as double) as net_real_yield,
    cast(null as double) as fdv_to_market_cap,
    {{ growth('joined.volume_usd', 'joined.protocol', 'joined.date', 7) }} as volume_growth_7d,
    {{ growth('joined.volume_usd', 'joined.protocol', 'joined.date', 30) }} as volume_growth_30d,
    {{ growth('joined.fees_usd', 'joined.protocol', 'joined.date', 30) }} as fees_growth_30d,
    joined.volume_usd / nullif(joined.open_interest_usd, 0) as volume_to_open_interest,
    protocols.token_model,
    cast(null as {{ dbt.type_string() }}) as policy_id,
    joined.status
from joined
inner join {{ ref('dim_protocols') }} as protocols
    on joined.protocol = protocols.protocol
