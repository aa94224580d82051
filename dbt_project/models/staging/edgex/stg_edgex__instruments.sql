-- Metals, oil and gas stand under a tab of the venue's list. A reading holds until the next one; the first one also before it.
with commodities as (
    select
        contract_id,
        {{ reading_from('contract_id') }} as holds_from,
        {{ reading_until('contract_id') }} as holds_until
    from ({{ latest_version('edgex', 'labels') }}) as source
    where product_category = 'PrepV2' and tab = 'tabs.commodities'
),

instruments as (
    select * from ({{ latest_version('edgex', 'instruments') }}) as source
)

select
    {{ market_of('edgex', 'instruments.contract_name') }},
    '' as list_id,
    -- the coin's own name, for some contracts are named in other letters
    coalesce(base_coin, contract_name) as base_asset,
    coalesce(quote_coin, 'USDC') as quote_asset,
    coalesce(quote_coin, 'USDC') as settle_asset,
    'linear' as contract_type,
    case
        when coalesce(is_fx, false) then 'fx'
        when coalesce(is_stock, false) then 'equity'
        when commodities.contract_id is not null then 'commodity'
        else 'crypto'
    end as underlying_class,
    -- sizes are in the base asset
    1.0 as contract_size,
    cast(funding_rate_interval_min / 60 as bigint) as funding_interval_hours,
    enable_trade and coalesce(enable_display, true) as is_listed,
    false as is_derived,
    {{ not_given('listed_at') }},
    instruments.observed_on
from instruments
left join commodities
    on instruments.contract_id = commodities.contract_id
    and instruments.observed_on >= commodities.holds_from
    and instruments.observed_on < commodities.holds_until
