-- Weekly positions of every contract, by group of holders; those of Coinbase Derivatives are here only.
with contracts as (
    {{ cme_contracts() }}
)

select
    source.cftc_contract_market_code as contract_code,
    contracts.exchange,
    contracts.base_asset,
    trim(source.market_and_exchange_names) as contract_name,
    contracts.is_perpetual_style,
    -- contracts, one-sided; longs and shorts of the groups, a spread is both
    contracts.contract_size,
    source.open_interest_all as open_interest_contracts,
    source.open_interest_all * contracts.contract_size as open_interest_base,
    source.dealer_positions_long as dealer_long_contracts,
    source.dealer_positions_short as dealer_short_contracts,
    source.asset_mgr_positions_long as asset_manager_long_contracts,
    source.asset_mgr_positions_short as asset_manager_short_contracts,
    source.lev_money_positions_long as leveraged_long_contracts,
    source.lev_money_positions_short as leveraged_short_contracts,
    cast(source.traders_tot_all as bigint) as traders,
    -- of Tuesday's close, published on Friday or later
    source.report_date,
    source._fetched_at as fetched_at, source.month
from ({{ latest_version('cme', 'positions') }}) as source
left join contracts
    on source.cftc_contract_market_code = contracts.contract_code
