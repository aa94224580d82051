with source as (
    {{ latest_version('perpetual_protocol', 'funding_updates') }}
),

-- Updates of one instant: the last of them in the chain.
ranked as (
    select
        *,
        row_number() over (
            partition by month, base_token, {{ adapter.quote('timestamp') }}
            order by block_number_log_index desc
        ) as choice
    from source
    where
        mark_twap > 0
        and index_twap > 0
),

renamed as (
    select
        -- ids
        'perpetual_protocol' as venue,
        base_token as symbol,
        'perpetual_protocol:' || base_token as market_id,

        -- numerics: averages over 15 minutes, as funding is computed from them
        mark_twap / index_twap - 1 as premium,
        mark_twap as mark_price,
        index_twap as index_price,

        -- timestamps
        {{ from_epoch_s(adapter.quote('timestamp')) }} as observed_at,
        _fetched_at as fetched_at,
        month
    from ranked
    where choice = 1
)

select * from renamed
