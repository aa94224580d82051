with source as (
    {{ latest_version('deribit', 'funding_rates') }}
),

renamed as (
    select
        -- ids
        'deribit' as venue,
        instrument_name as symbol,
        'deribit:' || instrument_name as market_id,

        -- numerics: what the hour before cost; interest_8h sums eight such hours and would count each eight times
        interest_1h as funding_rate,
        cast(1 as bigint) as funding_interval_hours,
        cast(null as double) as mark_price,

        -- timestamps
        {{ from_epoch_ms(rounded_to(adapter.quote('timestamp'), 60000)) }} as settled_at,
        _fetched_at as fetched_at,
        month
    from source
    where {{ is_deribit_perpetual() }}
)

select * from renamed
