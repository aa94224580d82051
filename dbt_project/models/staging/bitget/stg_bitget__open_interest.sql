with source as (
    {{ latest_version(source('bitget', 'tickers'), ['symbol', 'ts']) }}
),

renamed as (
    select
        -- ids
        'bitget' as venue,
        symbol,
        'bitget:' || symbol as market_id,

        -- text
        'one_sided' as side_convention,
        case when mark_price > 0 then 'mark' end as price_kind,

        -- numerics: base coin, of every product
        holding_amount as open_interest_base,
        case when mark_price > 0 then holding_amount * mark_price end as open_interest_usd,
        cast(null as double) as long_usd,
        cast(null as double) as short_usd,
        case when mark_price > 0 then mark_price end as price_used,
        {{ told_in_base() }},

        -- timestamps
        {{ from_epoch_ms('ts') }} as observed_at,
        _fetched_at as fetched_at,
        month
    from source
    where
        {{ is_bitget_perpetual() }}
        and delivery_time is null
        and holding_amount is not null
)

select * from renamed
