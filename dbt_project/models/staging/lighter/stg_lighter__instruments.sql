-- A ticker that is listed again has a new number, and its old market stays in the list: one market a name and day.
with named as (
    select
        *,
        row_number() over (
            partition by symbol, observed_on
            order by case when status = 'active' then 0 else 1 end, market_id desc
        ) as choice
    from ({{ latest_version('lighter', 'instruments') }}) as source
    where coalesce(market_type, 'perp') = 'perp'
),

-- What a market is of, as the venue said on the day.
tokens as (
    select
        coalesce(backend_symbol, symbol) as token,
        asset_type,
        ',' || coalesce(categories, '') || ',' as categories,
        first_on,
        end_on
    from ({{ as_listed('lighter', 'tokens', ['market', 'symbol'], ['backend_symbol', 'asset_type', 'categories']) }}) as listed
    where market = 'PERPS'
)

select
    {{ market_of('lighter', 'named.symbol') }},
    '' as list_id,
    -- everything is quoted in USD and settled in USDC. Funds on metals are both ETF and COMMODITIES, and shares
    named.symbol as base_asset,
    'USD' as quote_asset,
    'USDC' as settle_asset,
    'linear' as contract_type,
    case
        when tokens.asset_type = 'CRYPTO' then 'crypto'
        when tokens.categories like '%,STOCK,%' or tokens.categories like '%,ETF,%' then 'equity'
        when tokens.categories like '%,COMMODITIES,%' then 'commodity'
        when tokens.categories like '%,FX,%' then 'fx'
        else 'other'
    end as underlying_class,
    -- sizes are in the base asset
    1.0 as contract_size,
    cast(1 as bigint) as funding_interval_hours,
    named.status = 'active' as is_listed,
    false as is_derived,
    {{ from_epoch_ms('named.created_at') }} as listed_at,
    named.observed_on
from named
left join tokens
    on named.symbol = tokens.token
    and {{ listed_on('named.observed_on', 'tokens') }}
where named.choice = 1
