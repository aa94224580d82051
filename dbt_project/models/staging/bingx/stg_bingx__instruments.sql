-- The list of contracts does not say how often they pay: what was said last on its day.
with intervals as (
    select
        symbol,
        cast(observed_at as date) as observed_on,
        max_by(funding_interval_hours, observed_at) as funding_interval_hours
    from ({{ latest_version('bingx', 'premium_index') }}) as premium_index
    where funding_interval_hours is not null
    group by symbol, cast(observed_at as date)
),

-- NC, two letters of a class, the underlying, 2 and a currency: NCCOGOLD2USD. No code of a coin is made like that.
coded as (
    select
        *,
        case when asset like 'NC__%2___' then substring(asset, 3, 2) end as class_code,
        substring(asset, 5, length(asset) - 8) as underlying,
        substring(asset, length(asset) - 2, 3) as priced_in
    from ({{ latest_version('bingx', 'instruments') }}) as source
)

select
    'bingx' as venue,
    coded.symbol,
    'bingx:' || coded.symbol as market_id,
    '' as list_id,
    case
        when coded.class_code is null then coded.asset
        when coded.priced_in = 'USD' then coded.underlying
        else coded.underlying || coded.priced_in
    end as base_asset,
    coded.currency as quote_asset,
    coded.currency as settle_asset,
    'linear' as contract_type,
    case
        when coded.class_code is null then 'crypto'
        when coded.class_code = 'SK' then 'equity'
        when coded.class_code = 'SI' then 'index'
        when coded.class_code = 'CO' then 'commodity'
        when coded.class_code = 'FX' then 'fx'
        else 'other'
    end as underlying_class,
    -- amounts are base and quote; the step of orders, size, is no multiplier
    1.0 as contract_size,
    intervals.funding_interval_hours,
    coalesce(coded.status, 1) = 1 as is_listed,
    false as is_derived,
    case when coded.launch_time > 0 then {{ from_epoch_ms('coded.launch_time') }} end as listed_at,
    coded.observed_on
from coded
left join intervals
    on coded.symbol = intervals.symbol
    and coded.observed_on = intervals.observed_on
