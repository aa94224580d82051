-- One row per market and day its instrument list was read, with names and classes as the venue has them.
with instruments as (
    {{ union_sources('instruments') }}
),

-- Derived rows (the archive knows markets only by their data) count only for markets that no list ever named.
named as (
    select distinct market_id
    from instruments
    where not is_derived
),

kept as (
    select instruments.*
    from instruments
    left join named
        on instruments.market_id = named.market_id
    where not instruments.is_derived or named.market_id is null
),

-- Each reading of a list and the one after it: a market that misses a reading has left the list.
readings as (
    select
        *,
        row_number() over (partition by venue, list_id order by observed_on) as reading,
        lead(observed_on) over (partition by venue, list_id order by observed_on) as next_reading_on
    from (
        select distinct venue, list_id, observed_on
        from instruments
        where not is_derived
    ) as days
),

lists as (
    select distinct venue, list_id
    from readings
)

select
    kept.venue,
    kept.symbol,
    kept.market_id,
    -- a list that lacks a field says nothing new about it
    {%- for field in [
        'base_asset', 'quote_asset', 'settle_asset', 'contract_type', 'contract_size', 'underlying_class', 'funding_interval_hours'
    ] %}
    {{ last_known('kept.' ~ field) }} over so_far as {{ field }},
    {%- endfor %}
    kept.listed_at,
    kept.is_listed,
    kept.observed_on,
    coalesce(readings.reading, 0) as reading,
    case
        when not kept.is_derived then readings.next_reading_on
        -- a market known by its data alone ended with them, if its venue's list is read and does not name it
        when lists.venue is not null then cast(kept.observed_on + interval '1' day as date)
    end as next_reading_on
from kept
left join readings
    on kept.venue = readings.venue
    and kept.list_id = readings.list_id
    and kept.observed_on = readings.observed_on
    and not kept.is_derived
left join lists
    on kept.venue = lists.venue
    and kept.list_id = lists.list_id
window so_far as (
    partition by kept.market_id
    order by kept.observed_on
    rows between unbounded preceding and current row
)
