-- Every perpetual leaves the list on the day the venue closed, whether or not a list was read after that. What no list names is
-- known by its trades and funding.
with listed as (
    select
        symbol, observed_on, underlying, quote_currency, settl_currency, typ, state, is_inverse, is_quanto, funding_interval, listing,
        case
            when is_inverse then abs(multiplier / underlying_to_settle_multiplier)
            when is_quanto then multiplier / 1e8
            else 1 / nullif(underlying_to_position_multiplier, 0)
        end as contract_size
    from ({{ latest_version('bitmex', 'instruments') }}) as source
    where
        typ in ('FFWCSX', 'FFWCSF')
        and {{ is_bitmex_perpetual() }}
),

traded as (
    select distinct symbol
    from (
        select symbol from {{ source('bitmex', 'trade_hours') }}
        union all
        select symbol from {{ source('bitmex', 'trade_bins') }}
        union all
        select symbol from {{ source('bitmex', 'funding_rates') }}
        union all
        select symbol from listed
    ) as named
    where {{ is_bitmex_perpetual() }}
),

ranked as (
    select
        *,
        row_number() over (partition by symbol order by observed_on desc) as newest
    from listed
),

observations as (
    select symbol, observed_on, underlying, quote_currency, settl_currency, typ, is_inverse, is_quanto, funding_interval, listing,
        contract_size, state = 'Open' as is_listed
    from listed
    where observed_on < {{ bitmex_closed_on() }}
    union all
    select traded.symbol, {{ bitmex_closed_on() }} as observed_on, underlying, quote_currency, settl_currency, typ, is_inverse, is_quanto,
        funding_interval, listing, contract_size, false as is_listed
    from traded
    left join ranked
        on traded.symbol = ranked.symbol
        and ranked.newest = 1
),

-- Without a list: XBTUSD, XBTEUR and ETHUSD_ETH are inverse, all others in USD quanto, those in USDT linear (since 2022).
named as (
    select
        *,
        coalesce(quote_currency, case when symbol = 'ETHUSD_ETH' then 'USD' when right(symbol, 4) in ('USDT', 'USDC') then right(symbol, 4) else right(symbol, 3) end)
            as quote_asset,
        case
            when coalesce(is_inverse, symbol in ('XBTUSD', 'XBTEUR', 'ETHUSD_ETH')) then 'inverse'
            when coalesce(is_quanto, symbol like '%USD') then 'quanto'
            else 'linear'
        end as contract_type
    from observations
)

select
    {{ market_of('bitmex', 'symbol') }},
    'perpetual' as list_id,
    coalesce(underlying, split_part(substring(symbol, 1, length(replace(symbol, '_ETH', '')) - length(quote_asset)), '_', 1)) as base_asset,
    quote_asset,
    case
        when settl_currency = 'XBt' then 'XBT'
        when settl_currency is not null then upper(settl_currency)
        when symbol = 'ETHUSD_ETH' then 'ETH'
        when contract_type in ('inverse', 'quanto') then 'XBT'
        else quote_asset
    end as settle_asset,
    contract_type,
    case when typ = 'FFWCSF' then 'fx' else 'crypto' end as underlying_class,
    -- quote per contract (inverse), base per contract (linear), XBT per contract and unit of price (quanto)
    contract_size,
    cast(({{ epoch_ms('funding_interval') }} - 946684800000) / 3600000 as bigint) as funding_interval_hours,
    is_listed,
    false as is_derived,
    listing as listed_at,
    observed_on
from named
