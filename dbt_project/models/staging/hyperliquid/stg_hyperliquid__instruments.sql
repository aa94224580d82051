-- What a builder's market is, and in what a dex is margined, are lists of their own. A reading holds until the next one; the first
-- one also for the days before it.
with annotations as (
    select
        name,
        lower(category) as category,
        {{ reading_from('name') }} as holds_from,
        {{ reading_until('name') }} as holds_until
    from ({{ latest_version('hyperliquid', 'annotations') }}) as source
),

tokens as (
    select
        token,
        name,
        {{ reading_from('token') }} as holds_from,
        {{ reading_until('token') }} as holds_until
    from ({{ latest_version('hyperliquid', 'tokens') }}) as source
),

instruments as (
    select * from ({{ latest_version('hyperliquid', 'instruments') }}) as source
)

select
    {{ market_of('hyperliquid', 'instruments.name') }},
    instruments.dex as list_id,
    -- builder markets are written dex:COIN
    case when instruments.dex = '' then instruments.name else split_part(instruments.name, ':', 2) end as base_asset,
    'USD' as quote_asset,
    -- collateral token 0 is USDC, whether or not the tokens are known
    case when coalesce(instruments.collateral_token, 0) = 0 then 'USDC' else tokens.name end as settle_asset,
    'linear' as contract_type,
    -- builder dexs list stocks, metals and indices in the same lists; deployers spell as they like, and what they do not say is other
    case
        when instruments.dex = '' or annotations.category in ('crypto', 'cryptocurrency') then 'crypto'
        when annotations.category in ('stock', 'stocks', 'equity', 'equities', 'etf', 'preipo', 'pre-ipo') then 'equity'
        when annotations.category in ('index', 'indices', 'indexes') then 'index'
        when annotations.category in ('commodity', 'commodities', 'metal', 'metals', 'energy') then 'commodity'
        when annotations.category in ('fx', 'forex') then 'fx'
        else 'other'
    end as underlying_class,
    1.0 as contract_size,
    cast(1 as bigint) as funding_interval_hours,
    not coalesce(instruments.is_delisted, false) as is_listed,
    false as is_derived,
    {{ not_given('listed_at') }},
    instruments.observed_on
from instruments
left join annotations
    on instruments.name = annotations.name
    and instruments.observed_on >= annotations.holds_from
    and instruments.observed_on < annotations.holds_until
left join tokens
    on instruments.collateral_token = tokens.token
    and instruments.observed_on >= tokens.holds_from
    and instruments.observed_on < tokens.holds_until
