-- History gives no price: facts have one.
with observations as (
    select
        symbol,
        open_interest,
        case when mark_price > 0 then mark_price end as mark_price,
        observed_at,
        _fetched_at, month
    from ({{ latest_version('kucoin', 'contract_states') }}) as states
    where open_interest is not null
    union all
    select
        symbol,
        open_interest,
        cast(null as double) as mark_price,
        {{ from_epoch_ms('ts') }} as observed_at,
        _fetched_at, month
    from ({{ latest_version('kucoin', 'open_interest') }}) as history
)

select
    {{ market_of('kucoin', 'symbol') }},
    'one_sided' as side_convention,
    case when mark_price is not null then 'mark' end as price_kind,
    mark_price as price_used,
    -- lots
    open_interest as amount,
    'contracts' as amount_unit,
    {{ not_given('open_interest_base', 'open_interest_usd', 'long_usd', 'short_usd') }},
    {{ not_given('own_contract_size', 'traded_contracts', 'traded_turnover') }},
    observed_at,
    _fetched_at as fetched_at, month
from observations
where symbol in {{ kucoin_perpetuals() }}
