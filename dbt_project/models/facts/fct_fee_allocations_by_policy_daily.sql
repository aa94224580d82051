-- Who gets a day's fees by each account of the split in force, the chosen one and its rivals; of a parent, what its parts give. In millionths of a dollar, so that the
-- amounts of an account add up to the fees; what rounding leaves over (at most that per recipient) goes to the largest amount.
with bases as (
    select
        *,
        {{ as_money('fees_usd') }} as fees_amount,
        {{ as_money('basis_usd') }} as basis_amount
    from {{ ref('fct_fee_bases_daily') }}
),

own_bases as (
    select * from bases where accrued_by is null or accrued_by = 'policy'
),

-- Rules in force: those without a metric, and those whose bounds hold. An unknown metric holds none.
rules as (
    select
        bases.protocol,
        bases.date,
        bases.policy_set,
        policies.recipient,
        policies.claim,
        policies.share,
        case when policies.is_inherited then 1 else 0 end as is_inherited,
        {{ as_money('policies.share * bases.basis_usd') }} as amount_usd,
        policies.funded_by,
        policies.token_amount_per_month / day(last_day(bases.date)) * bases.token_price_usd as cost_usd
    from own_bases as bases
    inner join {{ ref('int_fee_share_rules') }} as policies
        on bases.policy_id = policies.policy_id
    where
        bases.basis_usd is not null
        and (
            policies.metric is null
            or (
                bases.metric_value >= coalesce(policies.metric_from, 0)
                and (policies.metric_to is null or bases.metric_value < policies.metric_to)
            )
        )
),

-- Tokens cost what the day's price says, and no more than their payer has: all of a payer's are scaled down together.
costs as (
    select protocol, date, policy_set, funded_by, sum(cost_usd) as cost_usd
    from rules
    where cost_usd is not null
    group by protocol, date, policy_set, funded_by
),

bought as (
    select
        rules.protocol,
        rules.date,
        rules.policy_set,
        rules.recipient,
        rules.claim,
        rules.is_inherited,
        rules.funded_by,
        {{ as_money('floor(rules.cost_usd * greatest(0, least(1, payers.amount_usd / costs.cost_usd)) * 1000000) / 1000000') }} as amount_usd
    from rules
    inner join costs
        on rules.protocol = costs.protocol and rules.date = costs.date
        and rules.policy_set = costs.policy_set and rules.funded_by = costs.funded_by
    inner join rules as payers
        on rules.protocol = payers.protocol and rules.date = payers.date
        and rules.policy_set = payers.policy_set and rules.funded_by = payers.recipient
    where rules.cost_usd > 0 and payers.share is not null
),

parts as (
    select protocol, date, policy_set, recipient, claim, share as policy_share, is_inherited, amount_usd
    from rules
    where share is not null
    union all
    select protocol, date, policy_set, recipient, claim, null as policy_share, is_inherited, amount_usd
    from bought
    union all
    select protocol, date, policy_set, funded_by as recipient, null as claim, null as policy_share, 0 as is_inherited, -amount_usd as amount_usd
    from bought
    union all
    select protocol, date, policy_set, outside_basis_recipient as recipient, 'distributed' as claim, null as policy_share, 0 as is_inherited,
        fees_amount - basis_amount as amount_usd
    from own_bases
    where outside_basis_recipient is not null and basis_amount is not null
),

known as (
    select
        protocol,
        date,
        policy_set,
        recipient,
        max(claim) as claim,
        max(policy_share) as policy_share,
        max(is_inherited) as is_inherited,
        sum(amount_usd) as amount_usd,
        row_number() over (partition by protocol, date, policy_set order by abs(sum(amount_usd)) desc, recipient) as place
    from parts
    group by protocol, date, policy_set, recipient
),

rests as (
    select
        bases.*,
        bases.fees_amount - coalesce(totals.amount_usd, 0) as rest,
        coalesce(abs(bases.fees_amount - totals.amount_usd) <= {{ smallest_money() }} * totals.recipients, false) as is_rounding
    from own_bases as bases
    left join (
        select protocol, date, policy_set, sum(amount_usd) as amount_usd, count(*) as recipients
        from known
        group by protocol, date, policy_set
    ) as totals
        on bases.protocol = totals.protocol and bases.date = totals.date and bases.policy_set = totals.policy_set
),

whole as (
    select
        known.protocol,
        known.date,
        known.policy_set,
        known.recipient,
        known.claim,
        known.policy_share,
        known.is_inherited,
        known.amount_usd + case when rests.is_rounding and known.place = 1 then rests.rest else 0 end as amount_usd
    from known
    inner join rests
        on known.protocol = rests.protocol and known.date = rests.date and known.policy_set = rests.policy_set
    union all
    select protocol, date, policy_set, 'unallocated' as recipient, null as claim, null as policy_share, 0 as is_inherited,
        rest as amount_usd
    from rests
    where not is_rounding
),

-- A parent's account is what its parts give by theirs: by the rival that it is named after where a part has it, else by the chosen one.
part_accounts as (
    select
        parents.protocol,
        parents.date,
        parents.policy_set,
        chosen.protocol as part,
        coalesce(rivals.policy_set, 'chosen') as part_set
    from bases as parents
    inner join {{ ref('dim_protocols') }} as protocols
        on parents.protocol = protocols.parent_protocol
    inner join own_bases as chosen
        on
            protocols.protocol = chosen.protocol
            and parents.date = chosen.date
            and chosen.policy_set = 'chosen'
            and chosen.policy_id is not null
    left join own_bases as rivals
        on protocols.protocol = rivals.protocol and parents.date = rivals.date and parents.policy_set = rivals.policy_set
    where parents.accrued_by = 'parts'
),

of_parts as (
    select
        part_accounts.protocol,
        part_accounts.date,
        part_accounts.policy_set,
        whole.recipient,
        max(whole.claim) as claim,
        max(whole.policy_share) as policy_share,
        max(whole.is_inherited) as is_inherited,
        sum(whole.amount_usd) as amount_usd,
        row_number() over (
            partition by part_accounts.protocol, part_accounts.date, part_accounts.policy_set order by abs(sum(whole.amount_usd)) desc, whole.recipient
        ) as place
    from part_accounts
    inner join whole
        on
            part_accounts.part = whole.protocol
            and part_accounts.date = whole.date
            and part_accounts.part_set = whole.policy_set
    group by part_accounts.protocol, part_accounts.date, part_accounts.policy_set, whole.recipient
),

-- What the parts leave of the whole is nobody's that we know. What little they have above it, and what rounding leaves, is in the largest amount.
whole_less_parts as (
    select
        bases.protocol,
        bases.date,
        bases.policy_set,
        bases.basis_usd,
        bases.fees_amount - totals.amount_usd as rest,
        (bases.fees_amount - totals.amount_usd) * bases.fees_amount <= 0
            or abs(bases.fees_amount - totals.amount_usd) <= {{ smallest_money() }} * totals.recipients as is_rounding
    from bases
    inner join (
        select protocol, date, policy_set, sum(amount_usd) as amount_usd, count(*) as recipients
        from of_parts
        group by protocol, date, policy_set
    ) as totals
        on bases.protocol = totals.protocol and bases.date = totals.date and bases.policy_set = totals.policy_set
),

accounted as (
    select *, false as is_uncovered
    from whole

    union all

    select
        of_parts.protocol,
        of_parts.date,
        of_parts.policy_set,
        of_parts.recipient,
        of_parts.claim,
        case
            when of_parts.policy_share is not null
                then {{ part_of('cast(of_parts.amount_usd as double)', 'whole_less_parts.basis_usd') }}
        end as policy_share,
        of_parts.is_inherited,
        of_parts.amount_usd + case when whole_less_parts.is_rounding and of_parts.place = 1 then whole_less_parts.rest else 0 end as amount_usd,
        false as is_uncovered
    from of_parts
    inner join whole_less_parts
        on
            of_parts.protocol = whole_less_parts.protocol
            and of_parts.date = whole_less_parts.date
            and of_parts.policy_set = whole_less_parts.policy_set

    union all

    select protocol, date, policy_set, 'unallocated' as recipient, null as claim, null as policy_share, 0 as is_inherited,
        rest as amount_usd, true as is_uncovered
    from whole_less_parts
    where not is_rounding
)

select
    accounted.protocol,
    accounted.date,
    accounted.policy_set,
    accounted.recipient,
    cast(sum(accounted.amount_usd) as {{ type_money() }}) as amount_usd,
    {{ fraction_of('cast(sum(accounted.amount_usd) as double)', 'max(bases.fees_usd)') }} as share,
    max(accounted.policy_share) as policy_share,
    max(bases.accrued_by) as accrued_by,
    max(bases.fee_basis) as fee_basis,
    max(bases.basis_usd) as basis_usd,
    max(bases.policy_id) as policy_id,
    max(accounted.claim) as claim,
    accounted.recipient in ('{{ holder_recipients() | join("', '") }}') as is_holders,
    max(accounted.is_inherited) = 1 as is_inherited,
    case
        when accounted.recipient <> 'unallocated' then null
        when max(case when accounted.is_uncovered then 1 else 0 end) = 1 then 'not_covered_by_parts'
        when max(bases.accrued_by) = 'parts' then 'unallocated_in_parts'
        when max(bases.policy_id) is null then 'no_policy'
        when max(bases.basis_series) is null then 'basis_not_published'
        when max(bases.basis_usd) is null then 'basis_not_reported'
        when max(accounted.policy_share) is null and max(bases.metric) is not null and max(bases.metric_value) is null then 'condition_not_known'
        else 'share_not_stated'
    end as unallocated_reason,
    max(bases.month) as month
from accounted
inner join bases
    on accounted.protocol = bases.protocol and accounted.date = bases.date and accounted.policy_set = bases.policy_set
group by accounted.protocol, accounted.date, accounted.policy_set, accounted.recipient
