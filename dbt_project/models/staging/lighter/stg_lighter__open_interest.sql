-- Inactive markets are answered for, with what was last open.
with snapshots as (
    select
        symbol,
        'one_sided' as side_convention,
        case when mark_price > 0 then 'mark' end as price_kind,
        open_interest as open_interest_base,
        case when mark_price > 0 then open_interest * mark_price end as open_interest_usd,
        case when mark_price > 0 then mark_price end as price_used,
        observed_at,
        _fetched_at as fetched_at, month
    from ({{ latest_version('lighter', 'market_states') }}) as source
    where status = 'active'
),

-- Both sides in USD, without a price. Stamped with the start of its day: any snapshot of that day is the better figure.
history as (
    select
        symbol,
        'two_sided' as side_convention,
        cast(null as {{ dbt.type_string() }}) as price_kind,
        cast(null as double) as open_interest_base,
        data / 2 as open_interest_usd,
        cast(null as double) as price_used,
        {{ from_epoch_s(adapter.quote('timestamp')) }} as observed_at,
        _fetched_at as fetched_at, month
    from ({{ latest_version('lighter', 'exchange_metrics') }}) as daily
    where
        kind = 'open_interest'
        and ({{ adapter.quote('timestamp') }} + 86400) * 1000 <= {{ epoch_ms('_fetched_at') }}
),

observations as (
    select * from snapshots
    union all
    select * from history
)

select
    {{ market_of('lighter', 'symbol') }},
    side_convention,
    price_kind,
    open_interest_base,
    open_interest_usd,
    {{ not_given('long_usd', 'short_usd') }},
    price_used,
    {{ told_in_base('open_interest') }},
    observed_at,
    fetched_at, month
from observations
