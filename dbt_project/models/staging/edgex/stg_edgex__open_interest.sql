with source as (
    {{ latest_version(source('edgex', 'tickers'), ['contract_id', adapter.quote('time')]) }}
),

renamed as (
    select
        -- ids
        'edgex' as venue,
        contract_name as symbol,
        'edgex:' || contract_name as market_id,

        -- text
        'one_sided' as side_convention,
        case when mark_price > 0 then 'mark' end as price_kind,

        -- numerics
        open_interest as open_interest_base,
        case when mark_price > 0 then open_interest * mark_price end as open_interest_usd,
        cast(null as double) as long_usd,
        cast(null as double) as short_usd,
        case when mark_price > 0 then mark_price end as price_used,
        {{ told_in_base() }},

        -- timestamps
        {{ from_epoch_ms(adapter.quote('time')) }} as observed_at,
        _fetched_at as fetched_at,
        month
    from source
    where open_interest is not null
)

select * from renamed
