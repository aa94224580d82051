-- What each account of a protocol's split divides on a day: the fees as reported, and the basis its shares are of. Accounts are the
-- chosen one and the rivals in the band; refuted ones are left out. A day outside all chosen policies has a row without a policy.
-- A protocol whose parts have policies of their own is accounted for by its parts on the days that they have fees.
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
        protocols.parent_protocol,
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
),

-- parts that say who is paid that day
parts as (
    select
        parent_protocol as protocol,
        date,
        cast(sum({{ as_money('fees_usd') }}) as double) as parts_usd
    from accounts
    where parent_protocol is not null and coalesce(policy_set, 'chosen') = 'chosen' and policy_id is not null
    group by parent_protocol, date
),

-- Parts that hold more than the whole are of another capture. A policy of the whole's revenue holds for every part of it alike, whatever each gives
-- its suppliers: there the whole's own account knows as much as its parts', and more of those that are not known.
by_parts as (
    select days.protocol, days.date, parts.parts_usd
    from days
    inner join parts
        on days.protocol = parts.protocol and days.date = parts.date
    left join accounts
        on days.protocol = accounts.protocol and days.date = accounts.date and accounts.policy_set = 'chosen'
    where
        not {{ exceeds_whole('parts.parts_usd', 'days.fees_usd') }}
        and not coalesce(accounts.basis_series = 'revenue' and days.revenue_usd is not null, false)
),

parents as (
    select distinct
        accounts.parent_protocol as protocol,
        accounts.date,
        coalesce(accounts.policy_set, 'chosen') as policy_set,
        by_parts.parts_usd
    from accounts
    inner join by_parts
        on accounts.parent_protocol = by_parts.protocol and accounts.date = by_parts.date
)

select
    accounts.protocol,
    accounts.date,
    coalesce(accounts.policy_set, 'chosen') as policy_set,
    case when accounts.policy_id is not null then 'policy' end as accrued_by,
    accounts.policy_id,
    accounts.basis as fee_basis,
    accounts.basis_series,
    -- the basis lies between nothing and the fees; least() and greatest() would pass over an unknown revenue
    case
        when accounts.basis_series is null then null
        when accounts.basis_series = 'fees' then accounts.fees_usd
        when accounts.revenue_usd is null or accounts.basis_revenue_share is null then null
        else {{ between_nothing_and('accounts.revenue_usd / accounts.basis_revenue_share', 'accounts.fees_usd') }}
    end as basis_usd,
    accounts.fees_usd,
    accounts.revenue_usd,
    accounts.outside_basis_recipient,
    accounts.metric,
    case accounts.metric
        when 'token_price_usd' then accounts.token_price_usd when 'volume_usd_month' then accounts.volume_usd_month
    end as metric_value,
    accounts.token_price_usd,
    accounts.month
from accounts
left join by_parts
    on accounts.protocol = by_parts.protocol and accounts.date = by_parts.date
where by_parts.protocol is null

union all

select
    parents.protocol,
    parents.date,
    parents.policy_set,
    'parts' as accrued_by,
    parents.protocol || ':parts' as policy_id,
    'parts' as fee_basis,
    'parts' as basis_series,
    {{ between_nothing_and('parents.parts_usd', 'days.fees_usd') }} as basis_usd,
    days.fees_usd,
    days.revenue_usd,
    cast(null as {{ dbt.type_string() }}) as outside_basis_recipient,
    cast(null as {{ dbt.type_string() }}) as metric,
    cast(null as double) as metric_value,
    days.token_price_usd,
    days.month
from parents
inner join days
    on parents.protocol = days.protocol and parents.date = days.date
