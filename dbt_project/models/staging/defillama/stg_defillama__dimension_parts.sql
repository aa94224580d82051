with source as (
    select
        *,
        {{ unnested('parts', {'part': dbt.type_string(), 'chain': dbt.type_string(), 'value': 'double'}) }} as told
    from ({{ latest_version('defillama', 'dimension_parts') }}) as current_version
)

select
    adapter_type,
    slug,
    data_type,
    told.part as part,
    told.chain as chain,
    told.{{ adapter.quote('value') }} as value_usd,
    cast({{ from_epoch_s(adapter.quote('day')) }} as date) as date,
    _fetched_at as fetched_at, month
from source
