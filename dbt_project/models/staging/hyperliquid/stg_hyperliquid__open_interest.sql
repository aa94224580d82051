with source as (
    select * from {{ ref('stg_hyperliquid__asset_contexts') }}
),

renamed as (
    select
        -- ids
        venue,
        symbol,
        market_id,

        -- text
        'one_sided' as side_convention,
        case when mark_price > 0 then 'mark' end as price_kind,

        -- numerics
        open_interest_base,
        case when mark_price > 0 then open_interest_base * mark_price end as open_interest_usd,
        cast(null as double) as long_usd,
        cast(null as double) as short_usd,
        case when mark_price > 0 then mark_price end as price_used,
        {{ told_in_base() }},

        -- timestamps
        observed_at,
        fetched_at,
        month
    from source
)

select * from renamed
