with source as (
    {{ latest_version(source('deribit', 'book_summaries'), ['instrument_name', 'creation_timestamp']) }}
),

priced as (
    select
        *,
        case when mark_price > 0 then mark_price end as mark
    from source
    where
        {{ is_deribit_perpetual() }}
        and open_interest is not null
),

renamed as (
    select
        -- ids
        'deribit' as venue,
        instrument_name as symbol,
        'deribit:' || instrument_name as market_id,

        -- text
        'one_sided' as side_convention,
        case when mark is not null then 'mark' end as price_kind,

        -- numerics: USD of inverse instruments (not contracts), base of linear ones
        case when {{ is_deribit_inverse() }} then open_interest / mark else open_interest end as open_interest_base,
        case
            when {{ is_deribit_inverse() }} then open_interest
            when {{ is_deribit_dollar_quoted() }} then open_interest * mark
        end as open_interest_usd,
        cast(null as double) as long_usd,
        cast(null as double) as short_usd,
        mark as price_used,
        {{ told_in_base() }},

        -- timestamps
        {{ from_epoch_ms('creation_timestamp') }} as observed_at,
        _fetched_at as fetched_at,
        month
    from priced
)

select * from renamed
