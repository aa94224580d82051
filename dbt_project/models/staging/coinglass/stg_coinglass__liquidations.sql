-- One row per bar and side, of days all of whose bars are there. Where several lists of exchanges were asked for, the longest counts, of equal
-- ones the one read last; of bars of several lengths the longest.
with bars as (
    {{ coinglass_bars('coinglass', 'aggregated_liquidations', ['exchange_list', 'symbol', adapter.quote('interval')]) }}
),

named as (
    select
        *,
        {{ coinglass_venue('exchange_list') }} as venue,
        length(exchange_list) - length(replace(exchange_list, ',', '')) as commas,
        sum(interval_hours) over (partition by exchange_list, symbol, interval_hours, date) as hours
    from bars
),

chosen as (
    select
        *,
        rank() over (
            partition by venue, symbol, date
            order by commas desc, read_at desc, exchange_list, interval_hours desc
        ) as choice
    from named
    where hours = 24
),

sides as (
    select *, 'long' as side, aggregated_long_liquidation_usd as liquidated_usd from chosen where choice = 1
    union all
    select *, 'short' as side, aggregated_short_liquidation_usd as liquidated_usd from chosen where choice = 1
)

select
    venue,
    symbol,
    venue || ':' || symbol as market_id,
    side,
    case when venue = 'all_venues' then 'all_venues' else 'venue' end as coverage,
    {{ not_given('quantity_base', 'price') }},
    liquidated_usd,
    {{ told_in_base() }},
    opened_at as liquidated_at,
    _fetched_at as fetched_at, month
from sides
