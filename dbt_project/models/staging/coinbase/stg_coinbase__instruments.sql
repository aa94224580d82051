-- Every perpetual leaves the list on the day the venue moved, whether or not a list was read after that. What no list names is
-- known by its series.
with listed as (
    select symbol, observed_on, base_asset_name, quote_asset_name, funding_interval
    from ({{ latest_version('coinbase', 'instruments') }}) as source
    where {{ is_coinbase_perpetual() }}
),

known as (
    select symbol from listed
    union distinct
    select symbol from {{ ref('stg_coinbase__candles') }}
    union distinct
    select symbol from {{ ref('stg_coinbase__funding_rates') }}
    union distinct
    select replace(product_id, '-PERP-INTX', '-PERP') as symbol
    from {{ source('coinbase', 'products') }}
    where product_id like '%-PERP-INTX'
),

newest as (
    select
        symbol,
        max_by(base_asset_name, observed_on) as base_asset_name,
        max_by(quote_asset_name, observed_on) as quote_asset_name,
        max_by(funding_interval, observed_on) as funding_interval
    from listed
    group by symbol
),

observations as (
    select symbol, observed_on, base_asset_name, quote_asset_name, funding_interval, true as is_listed
    from listed
    where observed_on < {{ coinbase_moved_on() }}
    union all
    select
        known.symbol, {{ coinbase_moved_on() }} as observed_on, newest.base_asset_name, newest.quote_asset_name, newest.funding_interval,
        false as is_listed
    from known
    left join newest
        on known.symbol = newest.symbol
)

select
    {{ market_of('coinbase', 'symbol') }},
    'perpetual' as list_id,
    -- the list does not tell coins from indices, a seed does
    coalesce(base_asset_name, replace(symbol, '-PERP', '')) as base_asset,
    coalesce(quote_asset_name, 'USDC') as quote_asset,
    'USDC' as settle_asset,
    'linear' as contract_type,
    'crypto' as underlying_class,
    -- one contract is one unit of base; the interval comes in nanoseconds
    1.0 as contract_size,
    cast(coalesce(funding_interval, 3600000000000) / 3600000000000 as bigint) as funding_interval_hours,
    is_listed,
    false as is_derived,
    {{ not_given('listed_at') }},
    observed_on
from observations
