-- Shorts are negative. Longs and shorts need not be equal, for the venue's own market maker takes the difference: one side is the
-- larger one.
with sides as (
    select
        symbol,
        open_interest_long as long_base,
        -open_interest_short as short_base,
        case when oracle_price > 0 then oracle_price end as oracle_price,
        observed_at,
        _fetched_at, month
    from ({{ latest_version('drift', 'market_states') }}) as source
    where {{ is_drift_perpetual() }}
)

select
    {{ market_of('drift', 'symbol') }},
    'long_short' as side_convention,
    case when oracle_price is not null then 'oracle' end as price_kind,
    case when long_base >= short_base then long_base else short_base end as open_interest_base,
    case when long_base >= short_base then long_base else short_base end * oracle_price as open_interest_usd,
    long_base * oracle_price as long_usd,
    short_base * oracle_price as short_usd,
    oracle_price as price_used,
    {{ told_in_base('open_interest') }},
    observed_at,
    _fetched_at as fetched_at, month
from sides
