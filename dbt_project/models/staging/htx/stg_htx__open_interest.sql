with snapshots as (
    {{ latest_version(source('htx', 'open_interest'), ['contract_code', 'ts']) }}
),

history as (
    {{ latest_version(source('htx', 'open_interest_history'), ['contract_code', 'period', 'amount_type', 'ts']) }}
),

contract_sizes as (
    {{ htx_contract_sizes() }}
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

-- Linear contracts are so much base, inverse ones so many USD.
valued as (
    select
        observations.*,
        case
            when observations.contract_code like '%-USD' then base
            else coalesce(base, contracts * contract_sizes.contract_size)
        end as open_interest_base,
        case
            when observations.contract_code like '%-USD'
                then contracts * coalesce(contract_sizes.contract_size, {{ htx_coin_m_contract_usd('observations.contract_code') }})
            else value
        end as open_interest_usd
    from observations
    left join contract_sizes
        on observations.contract_code = contract_sizes.contract_code
    where {{ is_htx_perpetual('observations.contract_code') }}
),

renamed as (
    select
        -- ids
        'htx' as venue,
        contract_code as symbol,
        'htx:' || contract_code as market_id,

        -- text
        'one_sided' as side_convention,
        case when open_interest_usd is not null and open_interest_base > 0 then 'implied' end as price_kind,

        -- numerics
        open_interest_base,
        open_interest_usd,
        cast(null as double) as long_usd,
        cast(null as double) as short_usd,
        case when open_interest_base > 0 then open_interest_usd / open_interest_base end as price_used,

        -- timestamps
        {{ from_epoch_ms('ts') }} as observed_at,
        _fetched_at as fetched_at,
        month
    from valued
)

select * from renamed
