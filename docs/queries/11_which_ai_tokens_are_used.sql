-- Which AI tokens are used, and is the token needed to pay?
select
    token,
    ai_side,
    case when is_token_needed then 'yes' when not is_token_needed then 'no' else 'not known' end as needed_to_pay,
    cast(market_cap_usd / 1e6 as bigint) as market_cap_musd,
    round(100 * return_30d, 1) as return_30d_pct,
    case when fees_status = 'not_reported' then fees_status else cast(cast(fees_usd_30d as bigint) as varchar) end as fees_usd_30d,
    case when developer_status = 'ok' then cast(commits_4w as varchar) else developer_status end as commits_4w,
    ai_side_source as told_by
from mart_ai_tokens_daily as tokens
where date = (select max(date) from mart_ai_tokens_daily) and status = 'ok'
order by tokens.fees_usd_30d desc nulls last, tokens.commits_4w desc nulls last, tokens.market_cap_usd desc nulls last
limit 15
