-- What did each side of AI return, by cap and by equal weight, how much of it is bitcoin, and how many tokens is that?
select
    category,
    round(100 * return_7d, 1) as return_7d_pct,
    round(100 * return_30d, 1) as return_30d_pct,
    round(100 * equal_weight_return_30d, 1) as equal_weight_30d_pct,
    round(100 * return_90d, 1) as return_90d_pct,
    round(100 * drawdown, 1) as drawdown_pct,
    round(100 * relative_strength, 1) as against_perp_pct,
    round(beta_to_bitcoin_90d, 2) as beta_to_bitcoin,
    tokens || ' of ' || tokens_expected as tokens
from mart_token_narratives_daily
where date = (select max(date) from mart_token_narratives_daily)
order by category
