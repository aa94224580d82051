with funding_info as (
    select * from {{ ref('stg_binance__funding_info') }}
),

-- A symbol without a funding_info row pays every 8 hours, but only on days the list was read at all.
funding_info_days as (
    select distinct product, observed_on
    from funding_info
)

select
    {{ market_of('binance', 'source.symbol') }},
    source.product as list_id,
    source.base_asset,
    source.quote_asset,
    coalesce(source.margin_asset, case when source.product = 'um' then source.quote_asset else source.base_asset end) as settle_asset,
    case when source.product = 'cm' then 'inverse' else 'linear' end as contract_type,
    case
        when source.underlying_type = 'COIN' then 'crypto'
        when source.underlying_type = 'INDEX' then 'index'
        when source.underlying_type = 'EQUITY' then 'equity'
        when source.underlying_type = 'COMMODITY' then 'commodity'
        when source.underlying_type is null and source.contract_type = 'PERPETUAL' then 'crypto'
        else 'other'
    end as underlying_class,
    case
        when source.product = 'cm' then coalesce(source.contract_size, {{ coin_m_contract_usd('source.symbol') }})
        else 1.0
    end as contract_size,
    case
        when funding_info_days.observed_on is not null then coalesce(funding_info.funding_interval_hours, 8)
    end as funding_interval_hours,
    coalesce(source.status, 'TRADING') not in (
        'PENDING_TRADING', 'PRE_DELIVERING', 'DELIVERING', 'DELIVERED', 'PRE_SETTLE', 'SETTLING', 'CLOSE'
    ) as is_listed,
    false as is_derived,
    {{ from_epoch_ms('source.onboard_date') }} as listed_at,
    source.observed_on
from ({{ latest_version('binance', 'instruments') }}) as source
left join funding_info
    on source.product = funding_info.product
    and source.symbol = funding_info.symbol
    and source.observed_on = funding_info.observed_on
left join funding_info_days
    on source.product = funding_info_days.product
    and source.observed_on = funding_info_days.observed_on
where source.contract_type in ('PERPETUAL', 'TRADIFI_PERPETUAL')
