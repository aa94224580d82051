-- What tokenholders are due by policy (accrued) beside what they were seen to get (reported). Two series: bought on other days than
-- earned, they meet over time if at all, and their cumulative gap is a figure.
with accounts as (
    select
        protocol,
        date,
        policy_set,
        max(policy_id) as policy_id,
        max(accrued_by) as accrued_by,
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
        max(case when accounts.policy_set = 'chosen' then accounts.accrued_by end) as accrued_by,
        -- where it gives nobody anything, the holders' part is not known, which is not zero
        cast(max(case when accounts.policy_set = 'chosen' and accounts.is_known = 1 then accounts.holders_usd end) as double) as holders_usd,
        min({{ fraction_of('cast(accounts.holders_usd as double)', 'fees.fees_usd') }}) as share_low,
        max({{ fraction_of('cast(accounts.most_usd as double)', 'fees.fees_usd') }}) as share_high
    from accounts
    inner join {{ ref('fct_protocol_fees_daily') }} as fees
        on accounts.protocol = fees.protocol and accounts.date = fees.date
    group by accounts.protocol, accounts.date
),

-- what a policy whose basis no source gives would hand to holders if all fees were that basis: the most it can be
ceilings as (
    select bases.protocol, bases.date, max(bases.fees_usd) * sum(rules.share) as holders_usd
    from {{ ref('fct_fee_bases_daily') }} as bases
    inner join {{ ref('int_fee_share_rules') }} as rules
        on bases.policy_id = rules.policy_id
    where
        bases.policy_set = 'chosen'
        and bases.basis_series is null
        and rules.recipient in ('{{ holder_recipients() | join("', '") }}')
        and rules.metric is null
    group by bases.protocol, bases.date
),

incentives as (
    select protocol, date, max(value_usd) as token_incentives_usd, max(status) as status
    from {{ ref('fct_protocol_metrics_daily') }}
    where metric = 'token_incentives'
    group by protocol, date
),

-- Protocols whose series we ask for have a row on every day their policies cover and any protocol reported, so that what is not
-- reported shows, from their launch or, where that is not known, their first figure on; the others on the days that they report.
began as (
    select protocol, min(date) as first_figure_on
    from {{ ref('fct_protocol_metrics_daily') }}
    where value_usd is not null
    group by protocol
),

followed as (
    select
        policies.protocol,
        greatest(
            min(policies.effective_from), coalesce(max(protocols.launched_on), max(began.first_figure_on), min(policies.effective_from))
        ) as first_day,
        max(coalesce(policies.effective_to, date '9999-12-31')) as end_day
    from {{ ref('fee_share_policies') }} as policies
    inner join {{ ref('dim_protocols') }} as protocols
        on policies.protocol = protocols.protocol
    left join began
        on policies.protocol = began.protocol
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
        ceilings.holders_usd as holders_ceiling_usd,
        incentives.token_incentives_usd,
        coalesce(incentives.status, 'not_reported') as token_incentives_status,
        models.token_model,
        models.mechanism,
        models.disposal,
        accrued.policy_id,
        accrued.accrued_by,
        parts.protocol is not null as is_part,
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
    left join ceilings
        on days.protocol = ceilings.protocol and days.date = ceilings.date
    left join incentives
        on days.protocol = incentives.protocol and days.date = incentives.date
    left join {{ ref('token_models') }} as models
        on days.protocol = models.protocol
        and days.date >= models.effective_from
        and (models.effective_to is null or days.date < models.effective_to)
    left join {{ ref('protocol_halts') }} as halts
        on {{ during_halt('days.protocol', 'days.date') }}
    {{ join_parts('days', "'fees'") }}
),

-- Amounts of the days that both sides are known: policy against report, and report against fees.
compared as (
    select
        *,
        coalesce(holders_accrued_usd, holders_ceiling_usd) as policy_usd,
        {{ comparable('coalesce(holders_accrued_usd, holders_ceiling_usd)', 'holders_reported_usd') }} as is_policy_comparable,
        {{ comparable('holders_reported_usd', 'fees_usd') }} as is_report_comparable
    from joined
),

sums as (
    select
        *,
        {{ trailing('count', 'case when is_policy_comparable then 1 end', 'protocol', 'date', 90) }} as policy_days_90d,
        {{ trailing_money('case when is_policy_comparable then policy_usd end', 'protocol', 'date', 90) }} as policy_usd_90d,
        {{ trailing_money('case when is_policy_comparable then holders_reported_usd end', 'protocol', 'date', 90) }} as compared_usd_90d,
        {{ trailing('count', 'case when is_report_comparable then 1 end', 'protocol', 'date', 90) }} as reported_days_90d,
        {{ trailing_money('case when is_report_comparable then holders_reported_usd end', 'protocol', 'date', 90) }} as reported_usd_90d,
        {{ trailing_money('case when is_report_comparable then fees_usd end', 'protocol', 'date', 90) }} as fees_usd_90d
    from compared
),

judged as (
    select
        *,
        case when reported_days_90d >= {{ known_days_of_a_month() }} then {{ part_of('reported_usd_90d', 'fees_usd_90d') }} end
            as reported_share_90d,
        case when policy_days_90d >= {{ known_days_of_a_month() }} then {{ part_of('policy_usd_90d', 'compared_usd_90d') }} end
            as policy_to_reported_90d,
        case
            when policy_days_90d >= {{ known_days_of_a_month() }} and {{ policy_is_suspect('policy_usd_90d', 'compared_usd_90d') }}
                then 'policy_suspect'
            when fees_usd is not null and holders_accrued_usd is null then 'unknown'
            when policy_days_90d < {{ known_days_of_a_month() }} then 'unchecked'
            else 'ok'
        end as policy_status
    from sums
)

select
    protocol,
    date,
    fees_usd,
    holders_accrued_usd,
    {{ fraction_of('holders_accrued_usd', 'fees_usd') }} as holders_accrued_share,
    -- what is reported is an account too where it disagrees: the band takes it in, as far as it is a share
    case
        when policy_status = 'policy_suspect' and share_low is not null then least(share_low, greatest(0, reported_share_90d)) else share_low
    end as holders_accrued_share_low,
    case
        when policy_status = 'policy_suspect' and share_high is not null then greatest(share_high, least(1, reported_share_90d)) else share_high
    end as holders_accrued_share_high,
    holders_reported_usd,
    {{ part_of('holders_reported_usd', 'fees_usd') }} as holders_reported_share,
    reported_share_90d as holders_reported_share_90d,
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
    mechanism as token_mechanism,
    disposal as token_disposal,
    policy_id,
    accrued_by,
    is_part,
    holders_ceiling_usd,
    policy_to_reported_90d,
    policy_days_90d,
    policy_status,
    status,
    fetched_at,
    {{ month_of('date') }} as month
from judged
