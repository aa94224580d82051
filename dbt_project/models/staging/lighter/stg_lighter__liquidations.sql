with source as (
    {{ latest_version(source('lighter', 'exchange_metrics'), ['kind', 'symbol', adapter.quote('timestamp')]) }}
),

renamed as (
    select
        -- ids
        'lighter' as venue,
        symbol,
        'lighter:' || symbol as market_id,

        -- text: a day's total does not say whose positions were closed
        'both' as side,
        'venue' as coverage,

        -- numerics
        cast(null as double) as quantity_base,
        cast(null as double) as price,
        data as liquidated_usd,
        {{ told_in_base() }},

        -- timestamps: the start of the day it is the total of
        {{ from_epoch_s(adapter.quote('timestamp')) }} as liquidated_at,
        _fetched_at as fetched_at,
        month
    from source
    where
        kind = 'liquidation_volume'
        -- the running day is partial
        and ({{ adapter.quote('timestamp') }} + 86400) * 1000 <= {{ epoch_ms('_fetched_at') }}
)

select * from renamed
