with positions as (
    select * from {{ ref('stg_cme__positions') }}
    where exchange = 'cme'
),

renamed as (
    select
        -- ids
        'cme' as venue,
        contract_code as symbol,
        'cme:' || contract_code as market_id,

        -- text
        'one_sided' as side_convention,
        cast(null as {{ dbt.type_string() }}) as price_kind,

        -- numerics: the report has no price, and no candle of this venue has one
        cast(null as double) as open_interest_base,
        cast(null as double) as open_interest_usd,
        cast(null as double) as long_usd,
        cast(null as double) as short_usd,
        cast(null as double) as price_used,
        open_interest_contracts as amount,
        'contracts' as amount_unit,
        cast(null as double) as own_contract_size,

        -- timestamps: the close of Tuesday, 16:00 in Chicago, is 21:00 or 22:00 UTC
        {{ day_start('report_date') }} + interval '21' hour as observed_at,
        fetched_at,
        month
    from positions
)

select * from renamed
