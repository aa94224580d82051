-- Tokens that a protocol says it put aside for holders in a period, as a share of the period's fees: at the mean of the days' last prices. A
-- period has one once fees and price of each of its days are known. Of a part the fees are those of all parts with its token, for which the
-- tokens were bought: else each part would have all of them. A day that one of them lacks is not known.
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

fees as (
    select
        protocols.protocol,
        series.date,
        {{ exact_sum('series.value_usd') }} as value_usd
    from {{ ref('protocols') }} as protocols
    inner join {{ ref('protocols') }} as payers
        on
            protocols.token = payers.token
            and (protocols.protocol = payers.protocol or protocols.parent_protocol = payers.parent_protocol)
    inner join {{ ref('int_protocol_series') }} as series
        on payers.protocol = series.protocol and series.metric = 'fees'
    group by protocols.protocol, series.date
    having
        max(case when payers.protocol = protocols.protocol and series.status = 'ok' then 1 else 0 end) = 1
        and max(case when series.status = 'missing' then 1 else 0 end) = 0
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
    inner join fees
        on
            periods.protocol = fees.protocol
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
