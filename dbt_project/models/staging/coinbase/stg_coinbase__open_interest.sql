with source as (
    {{ latest_version(source('coinbase', 'tickers'), ['symbol', adapter.quote('timestamp')]) }}
),

renamed as (
    select
        -- ids
        'coinbase' as venue,
        symbol,
        'coinbase:' || symbol as market_id,

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
        {{ adapter.quote('timestamp') }} as observed_at,
        _fetched_at as fetched_at,
        month
    from source
    where
        {{ is_coinbase_perpetual() }}
        and open_interest is not null
        and {{ adapter.quote('timestamp') }} < {{ day_start(coinbase_moved_on()) }}
)

select * from renamed
