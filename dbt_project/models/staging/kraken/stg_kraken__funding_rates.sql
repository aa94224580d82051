with source as (
    {{ latest_version(source('kraken', 'funding_rates'), ['symbol', adapter.quote('timestamp')]) }}
),

renamed as (
    select
        -- ids
        'kraken' as venue,
        upper(symbol) as symbol,
        'kraken:' || upper(symbol) as market_id,

        -- numerics: the relative rate is a fraction per hour, whatever the spacing of the rows; funding_rate is an amount
        relative_funding_rate as funding_rate,
        cast(1 as bigint) as funding_interval_hours,
        cast(null as double) as mark_price,

        -- timestamps: the rate is in force from here on
        {{ adapter.quote('timestamp') }} as settled_at,
        _fetched_at as fetched_at,
        month
    from source
    where
        {{ is_kraken_perpetual() }}
        and relative_funding_rate is not null
)

select * from renamed
