-- What each account of a protocol's split divides on a day: the fees as reported, and the basis its shares are of. Accounts are the
-- chosen one and the rivals in the band; refuted ones are left out. A day outside all chosen policies has a row without a policy.
with volume_days as (
    select
        protocol,
        month,
        date,
        max(value_usd) as volume_usd
    from {{ ref('fct_protocol_metrics_daily') }}
    where metric = 'volume'
    group by protocol, month, date
),

-- a month is known once every day of it is
volume_months as (
    select
        protocol,
        month,
        {{ exact_sum('volume_usd') }} as volume_usd_month
    from volume_days
    group by protocol, month
    having count(volume_usd) = max(day(last_day(date)))
),

days as (
    select
        fees.protocol,
        fees.date,
        fees.fees_usd,
        fees.revenue_usd,
        prices.price_usd as token_price_usd,
        volume_months.volume_usd_month,
        fees.month
    from {{ ref('fct_protocol_fees_daily') }} as fees
    left join {{ ref('dim_protocols') }} as protocols
        on fees.protocol = protocols.protocol
    left join {{ ref('fct_token_prices_daily') }} as prices
        on protocols.token = prices.token and fees.date = prices.date
    left join volume_months
        on fees.protocol = volume_months.protocol and fees.month = volume_months.month
    where fees.status = 'ok' and {{ can_be_money('fees.fees_usd') }}
),

policies as (
    select
        policy_id,
        protocol,
        policy_set,
        is_chosen,
        is_measured,
        effective_from,
        coalesce(effective_to, date '9999-12-31') as effective_to,
        basis,
        basis_series,
        basis_revenue_share,
        outside_basis_recipient,
        max(metric) as metric
    from {{ ref('int_fee_share_rules') }}
    where is_in_band
    group by
        policy_id, protocol, policy_set, is_chosen, is_measured, effective_from, effective_to, basis, basis_series, basis_revenue_share,
        outside_basis_recipient
),

-- one policy an account and day: a measured split counts in place of the typed one
in_force as (
    select
        days.date,
        policies.*,
        row_number() over (
            partition by days.protocol, days.date, policies.policy_set
            order by case when policies.is_measured then 0 else 1 end
        ) as place
    from days
    inner join policies
        on days.protocol = policies.protocol
        and days.date >= policies.effective_from
        and days.date < policies.effective_to
),

accounts as (
    select
        days.*,
        in_force.policy_set,
        in_force.policy_id,
        in_force.basis,
        in_force.basis_series,
        in_force.basis_revenue_share,
        in_force.outside_basis_recipient,
        in_force.metric
    from days
    left join in_force
        on days.protocol = in_force.protocol
        and days.date = in_force.date
        and in_force.is_chosen
        and in_force.place = 1

    union all

    select
        days.*,
        in_force.policy_set,
        in_force.policy_id,
        in_force.basis,
        in_force.basis_series,
        in_force.basis_revenue_share,
        in_force.outside_basis_recipient,
        in_force.metric
    from days
    inner join in_force
        on days.protocol = in_force.protocol
        and days.date = in_force.date
        and not in_force.is_chosen
)

select
    protocol,
    date,
    coalesce(policy_set, 'chosen') as policy_set,
    policy_id,
    basis,
    basis_series,
    -- the basis lies between nothing and the fees; least() and greatest() would pass over an unknown revenue
    case
        when basis_series is null then null
        when basis_series = 'fees' then fees_usd
        when revenue_usd is null or basis_revenue_share is null then null
        when fees_usd >= 0 then greatest(0, least(fees_usd, revenue_usd / basis_revenue_share))
        else least(0, greatest(fees_usd, revenue_usd / basis_revenue_share))
    end as basis_usd,
    fees_usd,
    revenue_usd,
    outside_basis_recipient,
    metric,
    case metric when 'token_price_usd' then token_price_usd when 'volume_usd_month' then volume_usd_month end as metric_value,
    token_price_usd,
    month
from accounts
