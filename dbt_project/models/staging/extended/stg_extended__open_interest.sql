-- The list's two amounts are stamped a moment apart: base and the mark count. History has both of one moment.
with observations as (
    select
        name,
        open_interest_base,
        case when mark_price > 0 then open_interest_base * mark_price else open_interest end as open_interest_usd,
        case when mark_price > 0 then mark_price end as price_used,
        case when mark_price > 0 then 'mark' end as price_kind,
        observed_at,
        _fetched_at, month
    from ({{ latest_version('extended', 'market_stats') }}) as stats
    where
        {{ is_extended_trading() }}
        and open_interest_base is not null
    union all
    select
        market as name,
        open_interest_base,
        open_interest as open_interest_usd,
        case when open_interest_base > 0 then open_interest / open_interest_base end as price_used,
        case when open_interest_base > 0 then 'implied' end as price_kind,
        {{ from_epoch_ms(adapter.quote('time')) }} as observed_at,
        _fetched_at, month
    from ({{ latest_version('extended', 'open_interest') }}) as history
    where {{ adapter.quote('interval') }} = 'P1H'
)

select
    {{ market_of('extended', 'name') }},
    'one_sided' as side_convention,
    price_kind,
    open_interest_base,
    open_interest_usd,
    {{ not_given('long_usd', 'short_usd') }},
    price_used,
    {{ told_in_base('open_interest') }},
    observed_at,
    _fetched_at as fetched_at, month
from observations
