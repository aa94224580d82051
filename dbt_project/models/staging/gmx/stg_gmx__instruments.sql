with tokens as (
    {{ latest_version('gmx', 'tokens') }}
),

-- Where a day's list of tokens is missing, the newest one speaks; decimals never change.
newest as (
    select
        lower(address) as address,
        max_by(symbol, observed_on) as symbol,
        max_by(decimals, observed_on) as decimals
    from tokens
    group by lower(address)
)

select
    -- a pool is named by its address, because its name differs between GMX's hosts and the text is no key
    {{ market_of('gmx', 'markets.market_token') }},
    '' as list_id,
    -- a position is settled in the long or the short token of its pool, as its owner chose
    coalesce(tokens.symbol, newest.symbol, split_part(markets.name, '/USD', 1)) as base_asset,
    'USD' as quote_asset,
    {{ not_given('settle_asset') }},
    'linear' as contract_type,
    -- coins and commodities stand in one list without a flag: a seed tells them apart
    'crypto' as underlying_class,
    1.0 as contract_size,
    cast(1 as bigint) as funding_interval_hours,
    newest.decimals,
    markets.is_listed,
    false as is_derived,
    markets.listing_date as listed_at,
    markets.observed_on
from ({{ latest_version('gmx', 'markets') }}) as markets
left join tokens
    on markets.month = tokens.month
    and markets.observed_on = tokens.observed_on
    and lower(markets.index_token) = lower(tokens.address)
left join newest
    on lower(markets.index_token) = newest.address
-- pools without an index token only swap
where markets.index_token <> '0x0000000000000000000000000000000000000000'
