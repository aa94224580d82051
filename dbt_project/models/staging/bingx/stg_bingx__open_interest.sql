with source as (
    {{ latest_version('bingx', 'open_interest') }}
),

renamed as (
    select
        -- ids
        'bingx' as venue,
        symbol,
        'bingx:' || symbol as market_id,

        -- text
        'one_sided' as side_convention,
        cast(null as {{ dbt.type_string() }}) as price_kind,

        -- numerics: a value in the quote currency, without a price; facts have one
        cast(null as double) as open_interest_base,
        cast(null as double) as open_interest_usd,
        cast(null as double) as long_usd,
        cast(null as double) as short_usd,
        cast(null as double) as price_used,
        open_interest as amount,
        'quote' as amount_unit,
        cast(null as double) as own_contract_size,

        -- timestamps
        {{ from_epoch_ms(adapter.quote('time')) }} as observed_at,
        _fetched_at as fetched_at,
        month
    from source
)

select * from renamed
