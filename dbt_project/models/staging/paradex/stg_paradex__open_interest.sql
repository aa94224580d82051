with source as (
    {{ latest_version(source('paradex', 'market_summaries'), ['symbol', 'created_at']) }}
),

renamed as (
    select
        -- ids
        'paradex' as venue,
        symbol,
        'paradex:' || symbol as market_id,

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
        {{ from_epoch_ms('created_at') }} as observed_at,
        _fetched_at as fetched_at,
        month
    from source
    where
        symbol like '%-PERP'
        and open_interest is not null
)

select * from renamed
