with observations as (
    select
        lower(market_token_address) as address,
        long_open_interest_usd, short_open_interest_usd, long_open_interest_in_tokens, short_open_interest_in_tokens,
        observed_at, _fetched_at, month
    from ({{ latest_version('gmx', 'market_states') }}) as states
    where not is_disabled
    union all
    select
        lower(market_address) as address,
        long_open_interest_usd, short_open_interest_usd, long_open_interest_in_tokens, short_open_interest_in_tokens,
        {{ from_epoch_s('snapshot_timestamp') }} as observed_at, _fetched_at, month
    from ({{ latest_version('gmx', 'open_interest') }}) as history
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
        observations._fetched_at, observations.month
    from observations
    inner join {{ ref('stg_gmx__pools') }} as pools
        on observations.address = pools.address
)

select
    'gmx' as venue,
    symbol,
    market_id,
    'long_short' as side_convention,
    -- USD is what positions were opened for, as GMX counts it, not their value now
    case when long_usd >= short_usd then long_base else short_base end as open_interest_base,
    case when long_usd >= short_usd then long_usd else short_usd end as open_interest_usd,
    long_usd,
    short_usd,
    {{ not_given('price_kind', 'price_used') }},
    {{ told_in_base('open_interest') }},
    observed_at,
    _fetched_at as fetched_at, month
from valued
