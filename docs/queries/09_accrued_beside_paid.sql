-- Who was due how much in the last 30 days, what was reported as paid, and by which policy?
select
    protocol,
    max(policy_id) as newest_policy,
    max(accrued_by) as accrued_by,
    count(distinct policy_id) as policies,
    cast(sum(fees_usd) as bigint) as fees_usd,
    cast(sum(holders_accrued_usd) as bigint) as accrued_usd,
    cast(sum(holders_reported_usd) as bigint) as reported_usd,
    cast(sum(holders_gap_usd) as bigint) as gap_usd,
    count(*) as days
from fct_tokenholder_fee_share_daily
where date > (select max(date) from fct_tokenholder_fee_share_daily) - 30 and not is_part and fees_usd is not null
group by protocol
order by fees_usd desc, protocol
limit 10
