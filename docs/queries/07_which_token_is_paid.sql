-- What were holders due and paid of the fees of 30 days, and of 10,000 USD traded? Each protocol once, without parts of others: columns add up.
select
    protocol,
    max(token_model) as token_model,
    cast(sum(volume_usd) / 1e6 as bigint) as volume_musd,
    cast(sum(fees_usd) as bigint) as fees_usd,
    cast(sum(holders_accrued_usd) as bigint) as holders_accrued_usd,
    cast(sum(holders_reported_usd) as bigint) as holders_reported_usd,
    round(sum(case when fees_usd is not null then holders_accrued_usd end)
        / nullif(sum(case when holders_accrued_usd is not null then fees_usd end), 0), 3) as holders_share,
    round(sum(holders_accrued_share_low * fees_usd)
        / nullif(sum(case when holders_accrued_share_low is not null then fees_usd end), 0), 3) as lowest_source,
    round(sum(holders_accrued_share_high * fees_usd)
        / nullif(sum(case when holders_accrued_share_high is not null then fees_usd end), 0), 3) as highest_source,
    round(sum(take_rate_bps * volume_usd)
        / nullif(sum(case when take_rate_bps is not null then volume_usd end), 0), 2) as take_rate_bps,
    round(sum(take_rate_bps * holders_accrued_share * volume_usd)
        / nullif(sum(case when take_rate_bps * holders_accrued_share is not null then volume_usd end), 0), 2) as holders_bps
from mart_protocol_scorecard_daily
where date > (select max(date) from mart_protocol_scorecard_daily) - 30 and not is_part
group by protocol
having sum(holders_accrued_usd) > 0 or sum(holders_reported_usd) > 0
order by fees_usd desc, protocol
