with states as (
    {{ latest_version(source('gmx', 'market_states'), ['market_token_address', 'observed_at']) }}
),

history as (
    {{ latest_version(source('gmx', 'open_interest'), ['market_address', 'snapshot_timestamp']) }}
),

observations as (
    select
        lower(market_token_address) as address,
        long_open_interest_usd, short_open_interest_usd, long_open_interest_in_tokens, short_open_interest_in_tokens,
        observed_at, _fetched_at, month
    from states
    where not is_disabled
    union all
    select
        lower(market_address) as address,
        long_open_interest_usd, short_open_interest_usd, long_open_interest_in_tokens, short_open_interest_in_tokens,
        {{ from_epoch_s('snapshot_timestamp') }} as observed_at, _fetched_at, month
    from history
),

-- Longs and shorts need not be equal, for the pool takes the difference: one side is the larger one.
valued as (
    select
        pools.symbol,
        pools.market_id,
        {{ gmx_usd('observations.long_open_interest_usd') }} as long_usd,
        {{ gmx_usd('observations.short_open_interest_usd') }} as short_usd,
        {{ gmx_tokens('observations.long_open_interest_in_tokens', 'pools.decimals') }} as long_base,
        {{ gmx_tokens('observations.short_open_interest_in_tokens', 'pools.decimals') }} as short_base,
        observations.observed_at,
        observations._fetched_at,
        observations.month
    from observations
    inner join {{ ref('stg_gmx__pools') }} as pools
        on observations.address = pools.address
),

renamed as (
    select
        -- ids
        'gmx' as venue,
        symbol,
        market_id,

        -- text
        'long_short' as side_convention,
        cast(null as {{ dbt.type_string() }}) as price_kind,

        -- numerics: USD is what positions were opened for, as GMX counts it, not their value now
        case when long_usd >= short_usd then long_base else short_base end as open_interest_base,
        case when long_usd >= short_usd then long_usd else short_usd end as open_interest_usd,
        long_usd,
        short_usd,
        cast(null as double) as price_used,
        {{ told_in_base() }},

        -- timestamps
        observed_at,
        _fetched_at as fetched_at,
        month
    from valued
)

select * from renamed
