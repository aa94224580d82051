-- A symbol that traded and was taken off on the same day, or was listed anew, has two rows: it traded that day.
with ranked as (
    select
        *,
        row_number() over (
            partition by month, category, symbol, observed_on
            order by case status when 'Trading' then 0 when 'PreLaunch' then 1 else 2 end, _fetched_at desc, status
        ) as choice
    from ({{ latest_version('bybit', 'instruments') }}) as source
    where contract_type in ('LinearPerpetual', 'InversePerpetual')
)

select
    {{ market_of('bybit', 'symbol') }},
    category as list_id,
    base_coin as base_asset,
    quote_coin as quote_asset,
    coalesce(settle_coin, case when category = 'inverse' then base_coin else quote_coin end) as settle_asset,
    case when category = 'inverse' then 'inverse' else 'linear' end as contract_type,
    case
        when coalesce(lower(symbol_type), '') in ('', 'innovation') then 'crypto'
        when lower(symbol_type) in ('stock', 'etf') then 'equity'
        when lower(symbol_type) = 'commodity' then 'commodity'
        when lower(symbol_type) = 'forex' then 'fx'
        when lower(symbol_type) = 'index' then 'index'
        else 'other'
    end as underlying_class,
    -- one contract is one unit of base, inverse one USD; the interval comes in minutes, less than an hour is none
    1.0 as contract_size,
    case when funding_interval >= 60 then cast(funding_interval / 60 as bigint) end as funding_interval_hours,
    -- a pre-market contract is traded once its auctions are over
    status = 'Trading' or (status = 'PreLaunch' and coalesce(auction_phase, '') = 'ContinuousTrading') as is_listed,
    false as is_derived,
    case when launch_time > 0 then {{ from_epoch_ms('launch_time') }} end as listed_at,
    observed_on
from ranked
where choice = 1
