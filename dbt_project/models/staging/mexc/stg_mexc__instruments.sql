with classified as (
    select
        *,
        case
            when {{ is_mexc_plate('forex') }} then 'fx'
            when {{ is_mexc_plate('metals') }} or {{ is_mexc_plate('commodities') }} or {{ is_mexc_plate('oil') }} then 'commodity'
            when {{ is_mexc_plate('stockindex') }} then 'index'
            when {{ is_mexc_plate('stock') }} or {{ is_mexc_plate('japanstock') }} or {{ is_mexc_plate('preipo') }} then 'equity'
            when {{ is_mexc_plate('tradfi') }} then 'other'
            else 'crypto'
        end as underlying_class
    from ({{ latest_version('mexc', 'instruments') }}) as source
    where coalesce(future_type, 1) = 1
)

select
    {{ market_of('mexc', 'symbol') }},
    'contracts' as list_id,
    -- most shares carry STOCK behind their ticker
    case
        when underlying_class in ('equity', 'index') and length(base_coin) > 5 and right(base_coin, 5) = 'STOCK'
            then left(base_coin, length(base_coin) - 5)
        else base_coin
    end as base_asset,
    quote_coin as quote_asset,
    settle_coin as settle_asset,
    case when settle_coin = base_coin then 'inverse' else 'linear' end as contract_type,
    underlying_class,
    -- base, or USD; the interval is in the settlements
    contract_size,
    {{ not_given('funding_interval_hours') }},
    coalesce(state, 0) in (0, 4) and not coalesce(is_hidden, false) as is_listed,
    false as is_derived,
    -- openingTime is 0 for old contracts
    {{ from_epoch_ms('coalesce(nullif(opening_time, 0), create_time)') }} as listed_at,
    observed_on
from classified
