select
    {{ market_of('okx', 'source.inst_id') }},
    'swap' as list_id,
    -- a family is BASE-QUOTE, with a suffix where one pair has two swaps (BTC-USD_UM)
    split_part(source.inst_id, '-', 1) as base_asset,
    split_part(split_part(source.inst_id, '-', 2), '_', 1) as quote_asset,
    source.settle_ccy as settle_asset,
    coalesce(source.ct_type, case when source.ct_val_ccy = 'USD' then 'inverse' else 'linear' end) as contract_type,
    -- category 3 holds stocks and indices: the seed names the indices. Lists from before the field held nothing but crypto
    case coalesce(source.inst_category, '1')
        when '1' then 'crypto'
        when '3' then 'equity'
        when '4' then 'commodity'
        else 'other'
    end as underlying_class,
    -- base per contract (linear) or USD (inverse)
    source.ct_val * source.ct_mult as contract_size,
    cast((schedules.next_funding_time - schedules.funding_time) / 3600000 as bigint) as funding_interval_hours,
    coalesce(source.state, 'live') in ('live', 'suspend') as is_listed,
    false as is_derived,
    {{ from_epoch_ms('source.list_time') }} as listed_at,
    source.observed_on
from ({{ latest_version('okx', 'instruments') }}) as source
left join ({{ latest_version('okx', 'funding_schedules') }}) as schedules
    on source.inst_id = schedules.inst_id
    and source.observed_on = schedules.observed_on
where source.inst_id like '%-SWAP'
