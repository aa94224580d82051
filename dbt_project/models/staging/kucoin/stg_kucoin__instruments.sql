select
    {{ market_of('kucoin', 'symbol') }},
    'futures' as list_id,
    base_currency as base_asset,
    quote_currency as quote_asset,
    settle_currency as settle_asset,
    case when is_inverse then 'inverse' else 'linear' end as contract_type,
    -- the market type of metals and oil is CRYPTO, too, and that of a stock its exchange; lists before 2026-08 have no class
    case upper(coalesce(asset_class, market_type, 'CRYPTO'))
        when 'CRYPTO' then 'crypto'
        when 'STOCK' then 'equity'
        when 'ETF' then 'equity'
        when 'NASDAQ' then 'equity'
        when 'NYSE' then 'equity'
        when 'COMMODITY' then 'commodity'
        when 'METAL' then 'commodity'
        when 'INDEX' then 'index'
        when 'FOREX' then 'fx'
        else 'other'
    end as underlying_class,
    -- base per lot, or USD; the interval comes in ms, the first one holds now
    abs(multiplier) as contract_size,
    cast(coalesce(current_funding_rate_granularity, funding_rate_granularity) / 3600000 as bigint) as funding_interval_hours,
    coalesce(status, 'Open') in ('Open', 'Paused', 'CancelOnly', 'BeingSettled') as is_listed,
    false as is_derived,
    {{ from_epoch_ms('first_open_date') }} as listed_at,
    observed_on
from ({{ latest_version('kucoin', 'instruments') }}) as source
where type = 'FFWCSX'
