-- The oracle's prices of the index token, with what was filled in each of its pools. An hour without a fill in a pool is a zero
-- only if that hour's fills were read: GMX never has an hour without any fill at all.

-- Whether a pool stood in the list, by day.
with listed as (
    {{ as_listed('gmx', 'markets', ['market_token'], ['is_listed']) }}
),

fills as (
    select
        lower(market) as address,
        {{ floored_to(adapter.quote('timestamp'), 3600) }} as hour_s,
        -- added up as decimals, so that their order does not matter; by way of text, which keeps every digit
        cast(cast(sum(cast(cast({{ gmx_usd('size_delta_usd') }} as {{ dbt.type_string() }}) as decimal(38, 12))) as {{ dbt.type_string() }}) as double)
            as volume_usd,
        sum(cast(size_delta_in_tokens as decimal(38, 0))) as volume_tokens,
        max(_fetched_at) as fetched_at,
        month
    from ({{ latest_version('gmx', 'position_changes') }}) as changes
    group by lower(market), {{ floored_to(adapter.quote('timestamp'), 3600) }}, month
),

read_hours as (
    select
        hour_s,
        month,
        max(fetched_at) as fetched_at
    from fills
    group by hour_s, month
    having (hour_s + 3600) * 1000 <= {{ epoch_ms('max(fetched_at)') }}
)

select
    'gmx' as venue,
    pools.symbol,
    pools.market_id,
    -- fills are counted once each, as they change positions; the pool is the other side of all of them
    prices.open, prices.high, prices.low, prices.close,
    case when fills.address is null then 0 else {{ gmx_tokens('fills.volume_tokens', 'pools.decimals') }} end as volume_base,
    coalesce(fills.volume_usd, 0) as volume_quote,
    coalesce(fills.volume_usd, 0) as volume_usd,
    {{ not_given('trades') }},
    {{ told_in_base('candles') }},
    {{ from_epoch_s('prices.' ~ adapter.quote('time')) }} as opened_at,
    greatest(prices._fetched_at, read_hours.fetched_at) as fetched_at, prices.month
from ({{ latest_version('gmx', 'candles') }}) as prices
inner join {{ ref('stg_gmx__pools') }} as pools
    on prices.token_symbol = pools.token_symbol
inner join read_hours
    on prices.month = read_hours.month
    and prices.{{ adapter.quote('time') }} = read_hours.hour_s
left join listed
    on pools.symbol = listed.market_token
    and {{ listed_on(from_epoch_s('prices.' ~ adapter.quote('time')), 'listed') }}
left join fills
    on prices.month = fills.month
    and prices.{{ adapter.quote('time') }} = fills.hour_s
    and pools.address = fills.address
where
    prices.period = '1h'
    and {{ is_closed_hour('prices.' ~ adapter.quote('time'), 's', 'prices._fetched_at') }}
    -- the oracle has prices before a pool is listed and after it is closed
    and (
        fills.address is not null
        or (listed.is_listed and prices.{{ adapter.quote('time') }} * 1000 >= coalesce({{ epoch_ms('pools.listed_at') }}, 0))
    )
