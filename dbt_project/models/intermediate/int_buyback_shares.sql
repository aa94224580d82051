-- Tokens that a protocol says it put aside for holders in a period, as a share of the period's fees: at the mean of the days' last prices. A
-- period has one once fees and price of each of its days are known.
with prices as (
    select
        subject as token,
        date,
        value as price_usd,
        row_number() over (partition by subject, date order by fetched_at desc) as version_rank
    from {{ ref('int_token_price_versions') }}
),

periods as (
    select
        protocols.protocol,
        weeks.token,
        weeks.token_amount,
        weeks.week_from as period_from,
        weeks.week_to as period_to
    from {{ ref('stg_gmx_buybacks__weeks') }} as weeks
    inner join {{ ref('protocols') }} as protocols
        on weeks.token = protocols.token
),

totals as (
    select
        periods.protocol,
        periods.period_from,
        periods.period_to,
        periods.token_amount,
        {{ exact_sum('fees.value_usd') }} as fees_usd,
        {{ exact_sum('prices.price_usd') }} / count(*) as price_usd
    from periods
    inner join {{ ref('int_protocol_series') }} as fees
        on
            periods.protocol = fees.protocol
            and fees.metric = 'fees'
            and fees.status = 'ok'
            and fees.date >= periods.period_from
            and fees.date < periods.period_to
    inner join prices
        on periods.token = prices.token and fees.date = prices.date and prices.version_rank = 1
    where prices.price_usd > 0
    group by periods.protocol, periods.period_from, periods.period_to, periods.token_amount
    having count(*) = {{ dbt.datediff('periods.period_from', 'periods.period_to', 'day') }}
)

select
    *,
    token_amount * price_usd / fees_usd as share
from totals
where fees_usd > 0
