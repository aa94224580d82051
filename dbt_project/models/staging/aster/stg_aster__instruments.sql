with tagged as (
    select
        *,
        ',' || coalesce(underlying_sub_type, '') || ',' as tags
    from ({{ latest_version('aster', 'instruments') }}) as source
    where contract_type = 'PERPETUAL'
)

select
    {{ market_of('aster', 'tagged.symbol') }},
    '' as list_id,
    -- underlying_type is COIN for stocks too, their tags tell them
    tagged.base_asset,
    tagged.quote_asset,
    coalesce(tagged.margin_asset, tagged.quote_asset) as settle_asset,
    'linear' as contract_type,
    case
        when tagged.tags like '%,STOCK,%' or tagged.tags like '%,ETF,%' or tagged.tags like '%,Semiconductor,%' then 'equity'
        when tagged.tags like '%,Commodities,%' then 'commodity'
        when tagged.tags like '%,USD1-RWA,%' or tagged.tags like '%,pre-launch,%' then 'other'
        when coalesce(tagged.underlying_type, 'COIN') = 'COIN' then 'crypto'
        else 'other'
    end as underlying_class,
    -- sizes are in the base asset
    1.0 as contract_size,
    funding_info.funding_interval_hours,
    coalesce(tagged.status, 'TRADING') not in (
        'PENDING_TRADING', 'PRE_DELIVERING', 'DELIVERING', 'DELIVERED', 'PRE_SETTLE', 'SETTLING', 'CLOSE'
    ) as is_listed,
    false as is_derived,
    {{ from_epoch_ms('tagged.onboard_date') }} as listed_at,
    tagged.observed_on
from tagged
left join ({{ latest_version('aster', 'funding_info') }}) as funding_info
    on tagged.symbol = funding_info.symbol
    and tagged.observed_on = funding_info.observed_on
