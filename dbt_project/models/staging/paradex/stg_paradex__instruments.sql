with tagged as (
    select
        *,
        upper(coalesce(tags, '')) as all_tags
    from ({{ latest_version('paradex', 'instruments') }}) as source
    where asset_kind = 'PERP'
)

select
    {{ market_of('paradex', 'symbol') }},
    '' as list_id,
    -- no field tells the class, tags do
    base_currency as base_asset,
    coalesce(quote_currency, 'USD') as quote_asset,
    settlement_currency as settle_asset,
    'linear' as contract_type,
    case
        when all_tags like '%STOCK%' or all_tags like '%EQUIT%' or all_tags like '%ETF%' then 'equity'
        when all_tags like '%COMMODIT%' or all_tags like '%METAL%' then 'commodity'
        when all_tags like '%FOREX%' or ',' || all_tags || ',' like '%,FX,%' then 'fx'
        when all_tags like '%RWA%' or all_tags like '%PRE-IPO%' then 'other'
        else 'crypto'
    end as underlying_class,
    -- sizes are in the base asset; old answers do not tell the period
    1.0 as contract_size,
    case when funding_period_hours > 0 then funding_period_hours end as funding_interval_hours,
    -- what ended leaves the list
    true as is_listed,
    false as is_derived,
    case when open_at > 0 then {{ from_epoch_ms('open_at') }} end as listed_at,
    observed_on
from tagged
