-- No share of the scorecard leaves 0 to 1, and no policy of it is suspect, without a row in the gap report.
select shares.protocol, shares.date, shares.holders_accrued_share, shares.holders_reported_share
from {{ ref('mart_protocol_scorecard_daily') }} as shares
left join {{ ref('mart_holders_gaps_daily') }} as gaps
    on shares.protocol = gaps.protocol and shares.date = gaps.date
where
    gaps.protocol is null
    and (
        not coalesce(shares.holders_accrued_share between 0 and 1, true)
        or not coalesce(shares.holders_reported_share between 0 and 1, true)
        or shares.policy_status = 'policy_suspect'
    )
