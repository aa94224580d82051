select
    adapter_type,
    slug,
    data_type,
    -- null where the series has no figure for a day between others, or lost the one it had
    {{ adapter.quote('value') }} as value_usd,
    cast({{ from_epoch_s(adapter.quote('day')) }} as date) as date,
    _fetched_at as fetched_at, month
from ({{ latest_version('defillama', 'dimension_series') }}) as source
-- a chain answers on the same route as a protocol of that name: its fees are not a protocol's
where coalesce(protocol_type, 'protocol') <> 'chain'
