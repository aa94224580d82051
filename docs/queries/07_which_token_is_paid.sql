-- High volume with thin capture beside moderate volume with strong sharing: what is a holder due of 10,000 USD traded?
select
    protocol,
    token_model,
    cast(avg(volume_usd) / 1e6 as bigint) as volume_musd,
    round(sum(fees_usd) / sum(volume_usd) * 1e4, 2) as take_rate_bps,
    round(sum(holders_accrued_usd) / sum(fees_usd), 3) as holders_share,
    min(holders_accrued_share_low) as lowest_source,
    max(holders_accrued_share_high) as highest_source,
    round(sum(holders_accrued_usd) / sum(volume_usd) * 1e4, 2) as holders_bps
from mart_protocol_scorecard_daily
where date > (select max(date) from mart_protocol_scorecard_daily) - 30 and volume_usd > 0 and status = 'ok'
group by protocol, token_model
order by volume_musd desc
limit 8
