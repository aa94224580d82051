-- Which tokens of AI are used, and are they needed to pay: side, price, fees of the protocol behind the token, and work on its code, in one row.
with tokens as (
    select * from {{ gated('fct_ai_tokens_daily') }}
),

-- a protocol that is part of another is in its figures already
payers as (
    select
        protocols.coingecko_id,
        facts.date,
        {{ exact_sum('facts.fees_usd') }} as fees_usd
    from {{ gated('fct_protocol_fees_daily') }} as facts
    inner join {{ ref('dim_protocols') }} as protocols
        on facts.protocol = protocols.protocol
    where protocols.coingecko_id is not null and protocols.parent_protocol is null and facts.fees_usd is not null
    group by protocols.coingecko_id, facts.date
),

paid as (
    select
        tokens.*,
        payers.fees_usd,
        {{ trailing_sum('payers.fees_usd', 'tokens.coingecko_id', 'tokens.date', 30, scale=6) }} as fees_usd_30d,
        {{ trailing('count', 'payers.fees_usd', 'tokens.coingecko_id', 'tokens.date', 30) }} as fees_days_30d
    from tokens
    left join payers
        on tokens.coingecko_id = payers.coingecko_id and tokens.date = payers.date
)

select
    paid.coingecko_id,
    paid.date,
    paid.token,
    paid.token_name,
    paid.protocol,
    paid.is_listed,
    paid.ai_side,
    paid.ai_side_source,
    paid.is_token_needed,
    paid.token_source_url,
    paid.price_usd,
    paid.market_cap_usd,
    paid.spot_volume_usd,
    {%- for days in [7, 30, 90] %}
    round(paid.price_usd / before_{{ days }}.price_usd - 1, 12) as return_{{ days }}d,
    {%- endfor %}
    paid.fees_usd,
    paid.fees_usd_30d,
    paid.fees_days_30d,
    case
        when paid.fees_days_30d >= 27 then 'ok'
        when paid.fees_days_30d > 0 then 'partial'
        else 'not_reported'
    end as fees_status,
    paid.commits_4w,
    paid.contributors,
    paid.stars,
    paid.developer_observed_at,
    paid.developer_status,
    paid.status
from paid
{%- for days in [7, 30, 90] %}
left join tokens as before_{{ days }}
    on
        paid.coingecko_id = before_{{ days }}.coingecko_id
        and before_{{ days }}.date = {{ days_before('paid.date', days) }}
        and paid.price_source = before_{{ days }}.price_source
        and before_{{ days }}.price_usd > 0
{%- endfor %}
