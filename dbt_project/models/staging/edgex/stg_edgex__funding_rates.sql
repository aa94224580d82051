with symbols as (
    {{ edgex_symbols() }}
)

select
    {{ market_of('edgex', 'symbols.contract_name') }},
    source.funding_rate,
    cast(source.funding_rate_interval_min / 60 as bigint) as funding_interval_hours,
    source.mark_price,
    {{ from_epoch_ms(rounded_to('source.funding_time', 60000)) }} as settled_at,
    source._fetched_at as fetched_at, source.month
from ({{ latest_version('edgex', 'funding_rates') }}) as source
inner join symbols
    on source.contract_id = symbols.contract_id
    and {{ listed_on(from_epoch_ms('source.funding_time'), 'symbols') }}
-- a row a minute is a forecast
where source.is_settlement
