-- What a protocol trades, earns and hands to its tokenholders. A day whose fees are not reported, or that the protocol stood still,
-- has a row that says so.
with metrics as (
    select
        facts.protocol,
        facts.date,
        max(case when facts.metric = 'volume' then facts.value_usd end) as volume_usd,
        max(case when facts.metric = 'open_interest' then facts.value_usd end) as open_interest_usd,
        max(case when facts.metric = 'active_users' then facts.value_count end) as active_users,
        max(case when facts.metric = 'active_users' then facts.source end) as active_users_source,
        max(case when facts.metric = 'active_users' then facts.status end) as active_users_status,
        max(case when facts.metric = 'spot_volume' then facts.value_usd end) as spot_volume_usd,
        max(case when facts.is_part and facts.metric <> 'spot_volume' then 1 else 0 end) as is_part
    from {{ gated('fct_protocol_metrics_daily') }} as facts
    where facts.metric in ('volume', 'open_interest', 'spot_volume', 'active_users')
    group by facts.protocol, facts.date
),

shares as (
    select facts.*
    from {{ gated('fct_tokenholder_fee_share_daily') }} as facts
),

-- What the parts of a protocol take that have both fees and perpetual volume, and no spot volume: a parent's fees are of its spot, swaps and
-- vaults too, its volume is of perpetuals alone.
takes_of_parts as (
    select
        protocols.parent_protocol as protocol,
        shares.date,
        {{ exact_sum('shares.fees_usd') }} / nullif({{ exact_sum('metrics.volume_usd') }}, 0) as take_rate
    from shares
    inner join {{ ref('dim_protocols') }} as protocols
        on shares.protocol = protocols.protocol
    inner join metrics
        on shares.protocol = metrics.protocol and shares.date = metrics.date
    where
        protocols.parent_protocol is not null
        and shares.fees_usd is not null
        and metrics.volume_usd > 0
        and coalesce(metrics.spot_volume_usd, 0) = 0
    group by protocols.parent_protocol, shares.date
),

-- From when on a part of a parent has fees: the parent's are not of perpetuals alone then, unless the parts say so, also on a day on which
-- the parts are held back.
parents as (
    select protocols.parent_protocol as protocol, min(shares.date) as first_date
    from shares
    inner join {{ ref('dim_protocols') }} as protocols
        on shares.protocol = protocols.protocol
    where protocols.parent_protocol is not null and shares.fees_usd is not null
    group by protocols.parent_protocol
),

prices as (
    select
        facts.token,
        facts.date,
        facts.price_usd,
        facts.market_cap_usd,
        facts.fdv_usd,
        {%- for days in [7, 30, 90, 365] %}
        {{ return_over('facts.price_usd', 'facts.token', 'facts.date', days) }} as return_{{ days }}d,
        {%- endfor %}
        {{ drawdown('facts.price_usd', 'facts.token', 'facts.date', 365) }} as drawdown_365d,
        {{ trailing('count', 'facts.price_usd', 'facts.token', 'facts.date', 365) }} as price_days_365d
    from {{ gated('fct_token_prices_daily') }} as facts
),

-- By the schedule, and as what circulates implies: two accounts, never added up.
unlocks as (
    select
        facts.token,
        facts.date,
        max(case when facts.source = 'schedule' then 1 else 0 end) as is_scheduled,
        -- of a token whose schedule has no such section it is none; of one without a schedule, not known
        {{ exact_sum("case when facts.source = 'schedule' and not facts.is_incentive then 0 when facts.is_incentive then facts.usd end", 6) }}
            as incentives_usd,
        {{ exact_sum("case when facts.source = 'schedule' and not facts.is_insider then 0 when facts.is_insider then facts.usd end", 6) }}
            as insider_unlocks_usd,
        {{ exact_sum('case when facts.is_incentive then facts.undated_tokens end', 6) }} as undated_incentive_tokens,
        {{ exact_sum('facts.tokens_next_30d', 6) }} as tokens_next_30d,
        {{ exact_sum('facts.tokens_next_90d', 6) }} as tokens_next_90d,
        {{ exact_sum("case when facts.source = 'supply_implied' then facts.usd end", 6) }} as net_issuance_usd
    from {{ gated('fct_token_unlocks_daily') }} as facts
    group by facts.token, facts.date
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
    select protocol, date from shares
    union
    -- a token's unlocks have a row where its protocol reports nothing
    select protocols.protocol, unlocks.date
    from unlocks
    inner join {{ ref('dim_protocols') }} as protocols
        on unlocks.token = protocols.token
    where unlocks.is_scheduled = 1 and protocols.parent_protocol is null
),

days as (
    select
        protocol_days.protocol,
        protocol_days.date,
        coalesce(shares.is_part, false) or coalesce(metrics.is_part = 1, false) as is_part
    from protocol_days
    left join metrics
        on protocol_days.protocol = metrics.protocol and protocol_days.date = metrics.date
    left join shares
        on protocol_days.protocol = shares.protocol and protocol_days.date = shares.date
),

joined as (
    select
        protocol_days.protocol,
        protocol_days.date,
        protocol_days.is_part,
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
        metrics.active_users,
        metrics.active_users_source,
        coalesce(metrics.active_users_status, 'not_reported') as active_users_status,
        shares.fees_usd,
        case
            when parents.protocol is not null then takes_of_parts.take_rate
            when coalesce(metrics.spot_volume_usd, 0) = 0
                then shares.fees_usd / nullif(coalesce(metrics.volume_usd, venue_volume.volume_usd), 0)
        end as take_rate,
        shares.holders_accrued_usd,
        shares.holders_accrued_share,
        shares.holders_accrued_share_low,
        shares.holders_accrued_share_high,
        shares.holders_reported_usd,
        shares.holders_reported_share,
        shares.holders_reported_share_90d,
        shares.token_incentives_usd as reported_incentives_usd,
        coalesce(shares.token_incentives_status, 'not_reported') as reported_incentives_status,
        unlocks.is_scheduled,
        unlocks.incentives_usd as scheduled_incentives_usd,
        unlocks.insider_unlocks_usd,
        unlocks.undated_incentive_tokens,
        unlocks.tokens_next_30d,
        unlocks.tokens_next_90d,
        unlocks.net_issuance_usd,
        prices.market_cap_usd / nullif(prices.price_usd, 0) as tokens_in_circulation,
        prices.market_cap_usd,
        prices.fdv_usd,
        prices.price_usd as token_price_usd,
        {%- for days in [7, 30, 90, 365] %}
        prices.return_{{ days }}d as token_return_{{ days }}d,
        {%- endfor %}
        prices.drawdown_365d as token_drawdown_365d,
        prices.price_days_365d as token_price_days_365d,
        coalesce(shares.token_model, protocols.token_model) as token_model,
        coalesce(shares.token_mechanism, protocols.token_mechanism) as token_mechanism,
        coalesce(shares.token_disposal, protocols.token_disposal) as token_disposal,
        shares.policy_id,
        shares.accrued_by,
        shares.policy_to_reported_90d,
        shares.policy_days_90d,
        coalesce(shares.policy_status, 'unknown') as policy_status,
        coalesce(shares.status, 'not_reported') as status
    from days as protocol_days
    inner join {{ ref('dim_protocols') }} as protocols
        on protocol_days.protocol = protocols.protocol
    left join metrics
        on protocol_days.protocol = metrics.protocol and protocol_days.date = metrics.date
    left join shares
        on protocol_days.protocol = shares.protocol and protocol_days.date = shares.date
    -- the token is a claim on the whole: a part has neither its cap nor its unlocks
    left join prices
        on protocols.token = prices.token and protocol_days.date = prices.date and not protocol_days.is_part
    left join unlocks
        on protocols.token = unlocks.token and protocol_days.date = unlocks.date and not protocol_days.is_part
    left join takes_of_parts
        on protocol_days.protocol = takes_of_parts.protocol and protocol_days.date = takes_of_parts.date
    left join parents
        on protocol_days.protocol = parents.protocol and protocol_days.date >= parents.first_date
    left join venue_volume
        on protocol_days.protocol = venue_volume.protocol and protocol_days.date = venue_volume.date
    left join venue_open_interest
        on protocol_days.protocol = venue_open_interest.protocol and protocol_days.date = venue_open_interest.date
),

-- What holders got by policy; where that is not known, what was reported; where the token's model gives them no fees, nothing.
received as (
    select
        *,
        case
            when holders_accrued_usd is not null then 'policy'
            when holders_reported_usd is not null then 'reported'
            when token_model in ('{{ models_without_fees() | join("', '") }}') then 'token_model'
        end as net_yield_basis,
        coalesce(
            holders_accrued_usd,
            holders_reported_usd,
            case when token_model in ('{{ models_without_fees() | join("', '") }}') then 0 end
        ) as gross_usd,
        case when reported_incentives_status = 'ok' then reported_incentives_usd else scheduled_incentives_usd end as token_incentives_usd,
        case
            when is_part then null
            when reported_incentives_status in ('ok', 'missing', 'halted') then reported_incentives_status
            when is_scheduled = 1 and undated_incentive_tokens > 0 then 'partly_scheduled'
            when is_scheduled = 1 then 'scheduled'
            when max(is_scheduled) over (partition by protocol order by date) = 1 then 'unknown'
            else 'not_scheduled'
        end as token_incentives_status,
        case
            when is_scheduled = 1 then 'schedule'
            when net_issuance_usd is not null then 'supply_implied'
        end as dilution_source
    from joined
),

netted as (
    select
        *,
        gross_usd - token_incentives_usd as net_usd,
        gross_usd - case dilution_source
            when 'schedule' then token_incentives_usd + insider_unlocks_usd
            else net_issuance_usd
        end as after_dilution_usd
    from received
),

yearly as (
    select
        *,
        {{ annualised('fees_usd', 'protocol', 'date') }} as fees_usd_yearly,
        {{ annualised('holders_accrued_usd', 'protocol', 'date') }} as holders_accrued_usd_yearly,
        {{ days_known('holders_accrued_usd', 'protocol', 'date') }} as days_known,
        {{ annualised('net_usd', 'protocol', 'date') }} as net_usd_yearly,
        {{ days_known('net_usd', 'protocol', 'date') }} as net_days_known,
        {{ annualised('after_dilution_usd', 'protocol', 'date') }} as after_dilution_usd_yearly,
        max(case when status = 'ok' then date end) over (partition by protocol order by date) as fees_last_on
    from netted
)

select
    protocol,
    date,
    is_part,
    volume_usd,
    volume_source,
    open_interest_usd,
    open_interest_source,
    fees_usd,
    take_rate * 10000 as take_rate_bps,
    holders_accrued_usd,
    holders_accrued_share,
    holders_accrued_share_low,
    holders_accrued_share_high,
    holders_reported_usd,
    holders_reported_share,
    holders_reported_share_90d,
    market_cap_usd,
    holders_accrued_usd_yearly / nullif(market_cap_usd, 0) as holder_yield,
    days_known,
    market_cap_usd / nullif(fees_usd_yearly, 0) as price_to_fees,
    market_cap_usd / nullif(holders_accrued_usd_yearly, 0) as price_to_holders_revenue,
    token_incentives_usd,
    token_incentives_status,
    insider_unlocks_usd,
    net_usd_yearly / nullif(market_cap_usd, 0) as net_real_yield,
    net_yield_basis,
    net_days_known,
    after_dilution_usd_yearly / nullif(market_cap_usd, 0) as net_of_dilution_yield,
    dilution_source,
    tokens_next_30d / nullif(tokens_in_circulation, 0) as unlocks_share_next_30d,
    tokens_next_90d / nullif(tokens_in_circulation, 0) as unlocks_share_next_90d,
    fdv_usd / nullif(market_cap_usd, 0) as fdv_to_market_cap,
    {{ growth('volume_usd', 'protocol', 'date', 7, source='volume_source') }} as volume_growth_7d,
    {{ growth('volume_usd', 'protocol', 'date', 30, source='volume_source') }} as volume_growth_30d,
    {{ growth('fees_usd', 'protocol', 'date', 30) }} as fees_growth_30d,
    volume_usd / nullif(open_interest_usd, 0) as volume_to_open_interest,
    active_users,
    active_users_source,
    active_users_status,
    token_price_usd,
    token_return_7d,
    token_return_30d,
    token_return_90d,
    token_return_365d,
    token_drawdown_365d,
    token_price_days_365d,
    token_model,
    token_mechanism,
    token_disposal,
    policy_id,
    accrued_by,
    policy_to_reported_90d,
    policy_days_90d,
    policy_status,
    status,
    fees_last_on,
    {{ dbt.datediff('fees_last_on', 'date', 'day') }} as fees_age_days
from yearly
