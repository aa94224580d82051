-- Splits that a protocol serves itself, by the day they were measured on: each counts until the next one. Who is behind an address is in a
-- seed; an address that is not there is nobody we know.
with protocols as (
    select distinct protocol from {{ ref('fee_share_recipients') }}
),

shares as (
    select
        protocols.protocol,
        shares.date,
        coalesce(recipients.recipient, 'unallocated') as recipient,
        recipients.claim,
        sum(shares.share) as share
    from {{ ref('stg_dydx_chain__revenue_shares') }} as shares
    cross join protocols
    left join {{ ref('fee_share_recipients') }} as recipients
        on protocols.protocol = recipients.protocol and shares.address = recipients.address
    where shares.share > 0
    group by protocols.protocol, shares.date, coalesce(recipients.recipient, 'unallocated'), recipients.claim
),

days as (
    select
        protocol,
        date,
        lead(date) over (partition by protocol order by date) as next_date
    from (select distinct protocol, date from shares) as measured
)

select
    shares.protocol || ':measured:' || cast(shares.date as {{ dbt.type_string() }}) as policy_id,
    shares.protocol,
    shares.date as effective_from,
    days.next_date as effective_to,
    shares.recipient,
    shares.claim,
    shares.share
from shares
inner join days
    on shares.protocol = days.protocol and shares.date = days.date
