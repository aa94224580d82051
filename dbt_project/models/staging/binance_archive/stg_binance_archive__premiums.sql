with source as (
    {{ latest_version('binance_archive', 'premium_index_klines', since=events_since_first_day('open_time')) }}
),

renamed as (
    select
        -- ids
        'binance' as venue,
        symbol,
        'binance:' || symbol as market_id,

        -- numerics: the close of the hour's premium index; the files carry no prices
        close as premium,
        cast(null as double) as mark_price,
        cast(null as double) as index_price,

        -- timestamps: the last millisecond of the hour, when the close was true
        {{ from_epoch_ms('open_time + 3599999') }} as observed_at,
        _fetched_at as fetched_at,
        month
    from source
    where
        {{ adapter.quote('interval') }} = '1h'
        and {{ is_binance_perpetual('market') }}
        and open_time + 3600000 <= {{ epoch_ms('_fetched_at') }}
)

select * from renamed
