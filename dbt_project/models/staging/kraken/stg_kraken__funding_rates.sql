with source as (
    {{ latest_version('kraken', 'funding_rates') }}
),

renamed as (
    select
        -- ids
        'kraken' as venue,
        upper(symbol) as symbol,
        'kraken:' || upper(symbol) as market_id,

        -- numerics: the relative rate is a fraction per hour; funding_rate is an amount. Until 2022-09-29 a
        -- rate held for four hours
        relative_funding_rate * {{ kraken_rate_hours() }} as funding_rate,
        cast({{ kraken_rate_hours() }} as bigint) as funding_interval_hours,
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
