-- Every version of the daily series, where stg_defillama__dimension_series has the newest.
with source as (
    select * from {{ source('defillama', 'dimension_series') }}
)

select
    adapter_type,
    slug,
    data_type,
    {{ adapter.quote('value') }} as value_usd,
    cast({{ from_epoch_s(adapter.quote('day')) }} as date) as date,
    _fetched_at as fetched_at, month
from source
where coalesce(protocol_type, 'protocol') <> 'chain'
