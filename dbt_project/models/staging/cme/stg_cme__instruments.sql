-- A report is a reading of the list: a contract with too few traders leaves it and comes back.
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
        'commitments_of_traders' as list_id,

        -- text
        base_asset,
        'USD' as quote_asset,
        'USD' as settle_asset,
        'linear' as contract_type,
        'crypto' as underlying_class,

        -- numerics
        contract_size,
        cast(null as bigint) as funding_interval_hours,

        -- booleans
        true as is_listed,
        false as is_derived,

        -- timestamps
        cast(null as {{ type_instant() }}) as listed_at,
        report_date as observed_on
    from positions
)

select * from renamed
