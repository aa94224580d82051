-- Spans of the base tier's taker fee: a rate counts until the next one of its venue.
select
    venue,
    coalesce(effective_from, date '1970-01-01') as valid_from,
    lead(effective_from) over (
        partition by venue
        order by coalesce(effective_from, date '1970-01-01')
    ) as valid_to,
    taker_fee_bps,
    source_url,
    note
from {{ ref('venue_taker_fees') }}
