-- What tokenholders are due by policy (accrued) beside what they were seen to get (reported). Two series: bought on other days than
-- earned, they meet over time if at all, and their cumulative gap is a figure.
with accounts as (
    select
        protocol,
        date,
        policy_set,
        max(policy_id) as policy_id,
        -- the policy gives somebody something: what third parties take before it says nothing of holders
        max(case when recipient <> 'unallocated' and policy_share is not null then 1 else 0 end) as is_known,
        sum(case when is_holders then amount_usd else 0 end) as holders_usd,
        sum(case when is_holders or recipient in ('{{ undecided_recipients() | join("', '") }}') then amount_usd else 0 end) as most_usd
    from {{ ref('fct_fee_allocations_by_policy_daily') }}
    group by protocol, date, policy_set
),

accrued as (
    select
        accounts.protocol,
        accounts.date,
        max(case when accounts.policy_set = 'chosen' then accounts.policy_id end) as policy_id,
        -- where it gives nobody anything, the holders' part is not known, which is not zero
        cast(max(case when accounts.policy_set = 'chosen' and accounts.is_known = 1 then accounts.holders_usd end) as double) as holders_usd,
        min(cast(accounts.holders_usd as double) / nullif(fees.fees_usd, 0)) as share_low,
        max(cast(accounts.most_usd as double) / nullif(fees.fees_usd, 0)) as share_high
    from accounts
    inner join {{ ref('fct_protocol_fees_daily') }} as fees
        on accounts.protocol = fees.protocol and accounts.date = fees.date
    group by accounts.protocol, accounts.date
),

incentives as (
    select protocol, date, max(value_usd) as token_incentives_usd, max(status) as status
    from {{ ref('fct_protocol_metrics_daily') }}
    where metric = 'token_incentives'
    group by protocol, date
),

-- Protocols whose series we ask for have a row on every day their policies cover and any protocol reported, so that what is not
-- reported shows; the others on the days that they report.
followed as (
    select
        policies.protocol,
        min(policies.effective_from) as first_day,
        max(coalesce(policies.effective_to, date '9999-12-31')) as end_day
    from {{ ref('fee_share_policies') }} as policies
    inner join {{ ref('dim_protocols') }} as protocols
        on policies.protocol = protocols.protocol
    where policies.is_chosen and protocols.defillama_slug is not null
    group by policies.protocol
),

days as (
    select followed.protocol, calendar.date
    from followed
    inner join (select distinct date from {{ ref('fct_protocol_metrics_daily') }}) as calendar
        on calendar.date >= followed.first_day and calendar.date < followed.end_day
    union
    select protocol, date from {{ ref('fct_protocol_fees_daily') }}
),

joined as (
    select
        days.protocol,
        days.date,
        fees.fees_usd,
        accrued.holders_usd as holders_accrued_usd,
        accrued.share_low,
        accrued.share_high,
        fees.holders_revenue_usd as holders_reported_usd,
        accrued.holders_usd - fees.holders_revenue_usd as holders_gap_usd,
        incentives.token_incentives_usd,
        coalesce(incentives.status, 'not_reported') as token_incentives_status,
        models.token_model,
        accrued.policy_id,
        case
            when fees.status in ('ok', 'halted') then fees.status
            when halts.protocol is not null then 'halted'
            when fees.status is not null or days.date > firsts.first_day then 'missing'
            else 'not_reported'
        end as status,
        fees.fetched_at
    from days
    left join {{ ref('fct_protocol_fees_daily') }} as fees
        on days.protocol = fees.protocol and days.date = fees.date
    left join (
        select protocol, min(date) as first_day from {{ ref('fct_protocol_fees_daily') }} where status = 'ok' group by protocol
    ) as firsts
        on days.protocol = firsts.protocol
    left join accrued
        on days.protocol = accrued.protocol and days.date = accrued.date
    left join incentives
        on days.protocol = incentives.protocol and days.date = incentives.date
    left join {{ ref('token_models') }} as models
        on days.protocol = models.protocol
        and days.date >= models.effective_from
        and (models.effective_to is null or days.date < models.effective_to)
    left join {{ ref('protocol_halts') }} as halts
        on {{ during_halt('days.protocol', 'days.date') }}
)

select
    protocol,
    date,
    fees_usd,
    holders_accrued_usd,
    holders_accrued_usd / nullif(fees_usd, 0) as holders_accrued_share,
    share_low as holders_accrued_share_low,
    share_high as holders_accrued_share_high,
    holders_reported_usd,
    holders_reported_usd / nullif(fees_usd, 0) as holders_reported_share,
    holders_gap_usd,
    cast(
        sum({{ as_money('case when ' ~ can_be_money('holders_gap_usd') ~ ' then holders_gap_usd end') }}) over (
            partition by protocol order by date rows between unbounded preceding and current row
        ) as double
    ) as holders_gap_cumulative_usd,
    count(holders_gap_usd) over (partition by protocol order by date rows between unbounded preceding and current row) as holders_gap_days,
    token_incentives_usd,
    token_incentives_status,
    holders_reported_usd - token_incentives_usd as net_holders_usd,
    token_model,
    policy_id,
    status,
    fetched_at,
    {{ month_of('date') }} as month
from joined
