with snapshots as (
    {{ latest_version(source('htx', 'open_interest'), ['contract_code', 'ts']) }}
),

history as (
    {{ latest_version(source('htx', 'open_interest_history'), ['contract_code', 'period', 'amount_type', 'ts']) }}
),

-- History has contracts or base, by amount_type.
observations as (
    select contract_code, volume as contracts, amount as base, value, ts, _fetched_at, month
    from snapshots
    union all
    select
        contract_code,
        case when amount_type = 1 then volume end as contracts,
        case when amount_type = 2 then volume end as base,
        value,
        ts,
        _fetched_at,
        month
    from history
),

renamed as (
    select
        -- ids
        'htx' as venue,
        contract_code as symbol,
        'htx:' || contract_code as market_id,

        -- text
        'one_sided' as side_convention,
        cast(null as {{ dbt.type_string() }}) as price_kind,

        -- numerics: the value is that of linear contracts
        base as open_interest_base,
        case when not {{ is_htx_inverse() }} then value end as open_interest_usd,
        cast(null as double) as long_usd,
        cast(null as double) as short_usd,
        cast(null as double) as price_used,
        contracts as amount,
        'contracts' as amount_unit,
        cast(null as double) as own_contract_size,

        -- timestamps
        {{ from_epoch_ms('ts') }} as observed_at,
        _fetched_at as fetched_at,
        month
    from observations
    where {{ is_htx_perpetual() }}
)

select * from renamed
