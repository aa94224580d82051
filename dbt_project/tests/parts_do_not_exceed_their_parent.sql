-- Fees of a day of a protocol's parts are no more than its own: else they are of different captures, or one is told twice. Its own policy counts then.
{{ config(severity='warn') }}

with parts as (
    select protocols.parent_protocol as protocol, fees.date, sum({{ as_money('fees.fees_usd') }}) as parts_usd
    from {{ ref('fct_protocol_fees_daily') }} as fees
    inner join {{ ref('dim_protocols') }} as protocols
        on fees.protocol = protocols.protocol
    where protocols.parent_protocol is not null and fees.status = 'ok' and {{ can_be_money('fees.fees_usd') }}
    group by protocols.parent_protocol, fees.date
)

select parts.protocol, parts.date, parts.parts_usd, parents.fees_usd
from parts
inner join {{ ref('fct_protocol_fees_daily') }} as parents
    on parts.protocol = parents.protocol and parts.date = parents.date
where parents.status = 'ok' and {{ exceeds_whole('cast(parts.parts_usd as double)', 'parents.fees_usd') }}
