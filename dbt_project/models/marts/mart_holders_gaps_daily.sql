-- The gap report: days on which a share of tokenholders leaves 0 to 1, and what explains it, and days whose policy gives less than half or more
-- than twice of what is reported. Every such share and every suspect policy of the scorecard has a row here.
with shares as (
    select
        facts.*,
        facts.holders_reported_usd is not null and facts.fees_usd is not null
            and {{ can_be_money('facts.holders_reported_usd') }} and {{ can_be_money('facts.fees_usd') }} as is_comparable
    from {{ gated('fct_tokenholder_fee_share_daily') }} as facts
),

-- of the days that have both figures, so that an unreported payout explains nothing
amounts as (
    select
        *,
        {{ as_money('case when is_comparable then holders_reported_usd end') }} as reported,
        {{ as_money('case when is_comparable then fees_usd end') }} as fees
    from shares
),

sums as (
    select
        *,
        {{ trailing('sum', 'reported', 'protocol', 'date', 30) }} as reported_30d,
        {{ trailing('sum', 'fees', 'protocol', 'date', 30) }} as fees_30d,
        sum(reported) over (partition by protocol order by date rows between unbounded preceding and current row) as reported_to_date,
        sum(fees) over (partition by protocol order by date rows between unbounded preceding and current row) as fees_to_date
    from amounts
)

select
    protocol,
    date,
    fees_usd,
    holders_accrued_usd,
    holders_accrued_share,
    holders_reported_usd,
    holders_reported_share,
    holders_gap_usd,
    holders_gap_cumulative_usd,
    cast(reported_30d as double) as holders_reported_usd_30d,
    cast(fees_30d as double) as fees_usd_30d,
    case
        when not coalesce(holders_accrued_share between 0 and 1, true) then 'unexplained'
        when holders_reported_usd < 0 or fees_usd < 0 then 'correction'
        when coalesce(holders_reported_share between 0 and 1, true) then 'policy_suspect'
        when reported_30d <= fees_30d then 'fees_of_30_days'
        when reported_to_date <= fees_to_date then 'fees_to_date'
        else 'unexplained'
    end as explanation,
    policy_id,
    accrued_by,
    is_part,
    policy_to_reported_90d,
    policy_status
from sums
where
    not coalesce(holders_accrued_share between 0 and 1, true)
    or not coalesce(holders_reported_share between 0 and 1, true)
    or policy_status = 'policy_suspect'
