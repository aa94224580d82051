with source as (
    {{ latest_version('defillama', 'dimension_series') }}
),

renamed as (
    select
        -- ids
        adapter_type,
        slug,
        data_type,

        -- numerics: null where the series has no figure for a day between others, or lost the one it had
        {{ adapter.quote('value') }} as value_usd,

        -- timestamps
        cast({{ from_epoch_s(adapter.quote('day')) }} as date) as date,
        _fetched_at as fetched_at,
        month
    from source
    -- a chain answers on the same route as a protocol of that name: its fees are not a protocol's
    where coalesce(protocol_type, 'protocol') <> 'chain'
)

select * from renamed
