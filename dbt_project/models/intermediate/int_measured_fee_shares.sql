-- Splits that a protocol serves itself. Where it serves shares by address, or by a name that stands for one, each answer counts until the next one; who is behind an address is
-- in a seed, and an address that is not there is nobody we know. Where such addresses together get what the typed split in force gives its treasury
-- and its buyback, none of whom has a named address, the part is theirs: inherited. Where it serves what it put aside for holders in a period, that share takes
-- the place of the holders' and the deferred ones of the typed split in force, what it leaves is the treasury's, and the others' stay.
with protocols as (
    select distinct protocol, source from {{ ref('fee_share_recipients') }}
),

served as (
    {%- for source in ['dydx_chain', 'orderly_staking'] %}
    select '{{ source }}' as source, address, share, date
    from {{ ref('stg_' ~ source ~ '__revenue_shares') }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

shares as (
    select
        protocols.protocol,
        served.date,
        coalesce(recipients.recipient, 'unallocated') as recipient,
        recipients.claim,
        sum(served.share) as share
    from served
    inner join protocols
        on served.source = protocols.source
    left join {{ ref('fee_share_recipients') }} as recipients
        on protocols.protocol = recipients.protocol and served.address = recipients.address
    where served.share > 0
    group by protocols.protocol, served.date, coalesce(recipients.recipient, 'unallocated'), recipients.claim
),

days as (
    select
        protocol,
        date,
        lead(date) over (partition by protocol order by date) as next_date
    from (select distinct protocol, date from shares) as measured
),

typed as (
    select
        *,
        case
            when recipient in ('{{ (holder_recipients() + ['deferred']) | join("', '") }}') then 'holders'
            when recipient = 'treasury' then 'rest'
            else 'others'
        end as part
    from {{ ref('fee_share_policies') }}
    where is_chosen
),

-- recipients of the typed split in force who have no named address, beside what nobody we know gets
unnamed as (
    select
        rests.protocol,
        rests.date,
        typed.recipient,
        typed.claim,
        typed.share,
        rests.share as rest,
        sum(typed.share) over (partition by rests.protocol, rests.date) as typed_rest
    from shares as rests
    inner join typed
        on
            rests.protocol = typed.protocol
            and rests.date >= typed.effective_from
            and (typed.effective_to is null or rests.date < typed.effective_to)
    left join shares as named
        on rests.protocol = named.protocol and rests.date = named.date and typed.recipient = named.recipient
    where
        rests.recipient = 'unallocated'
        and named.recipient is null
        and typed.part in ('holders', 'rest')
        and typed.share is not null
        and typed.metric is null
),

-- the same to a millionth, the chain's own unit
inherited as (
    select protocol, date, recipient, claim, share + (rest - typed_rest) * share / typed_rest as share
    from unnamed
    where round(abs(typed_rest - rest), 9) <= 0.000001
),

-- what others get; a split that has no holders, no treasury or tokens by number leaves nothing to put a measured share into
others as (
    select policy_id, sum(case when part = 'others' then share else 0 end) as share
    from typed
    group by policy_id
    having
        max(case when part = 'holders' then 1 else 0 end) = 1
        and sum(case when part = 'rest' then 1 else 0 end) = 1
        and count(*) = count(share)
),

bought as (
    select
        typed.protocol,
        greatest(periods.period_from, typed.effective_from) as effective_from,
        least(periods.period_to, coalesce(typed.effective_to, periods.period_to)) as effective_to,
        typed.recipient,
        typed.claim,
        typed.part,
        typed.share as typed_share,
        typed.metric,
        typed.metric_from,
        typed.metric_to,
        others.share as others_share,
        least(periods.share, 1 - others.share) as holders_share
    from {{ ref('int_buyback_shares') }} as periods
    inner join typed
        on
            periods.protocol = typed.protocol
            and periods.period_to > typed.effective_from
            and (typed.effective_to is null or periods.period_from < typed.effective_to)
    inner join others
        on typed.policy_id = others.policy_id
    where typed.basis_series = 'fees'
)

select
    shares.protocol || ':measured:' || cast(shares.date as {{ dbt.type_string() }}) as policy_id,
    shares.protocol,
    shares.date as effective_from,
    days.next_date as effective_to,
    shares.recipient,
    shares.claim,
    shares.share,
    shares.is_inherited,
    cast(null as {{ dbt.type_string() }}) as metric,
    cast(null as double) as metric_from,
    cast(null as double) as metric_to
from (
    select shares.protocol, shares.date, shares.recipient, shares.claim, shares.share, false as is_inherited
    from shares
    left join (select distinct protocol, date from inherited) as resolved
        on shares.protocol = resolved.protocol and shares.date = resolved.date
    where shares.recipient <> 'unallocated' or resolved.protocol is null
    union all
    select protocol, date, recipient, claim, share, true as is_inherited
    from inherited
) as shares
inner join days
    on shares.protocol = days.protocol and shares.date = days.date

union all

select
    protocol || ':measured:' || cast(effective_from as {{ dbt.type_string() }}) as policy_id,
    protocol,
    effective_from,
    effective_to,
    recipient,
    claim,
    case part
        when 'holders' then holders_share
        when 'rest' then 1 - others_share - holders_share
        else typed_share
    end as share,
    false as is_inherited,
    metric,
    metric_from,
    metric_to
from bought
