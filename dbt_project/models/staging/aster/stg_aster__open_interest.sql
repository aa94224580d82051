-- One mark a symbol and run: the answer for open interest has none.
with marks as (
    select
        symbol,
        _run_id,
        max_by(mark_price, {{ adapter.quote('time') }}) as mark_price
    from {{ source('aster', 'premium_index') }}
    where mark_price > 0
    group by symbol, _run_id
)

select
    {{ market_of('aster', 'source.symbol') }},
    'one_sided' as side_convention,
    case when marks.mark_price > 0 then 'mark' end as price_kind,
    -- without a mark the facts find a price
    source.open_interest as open_interest_base,
    case when {{ is_dollar_quoted('source.symbol') }} then source.open_interest * marks.mark_price end as open_interest_usd,
    {{ not_given('long_usd', 'short_usd') }},
    marks.mark_price as price_used,
    {{ told_in_base('open_interest') }},
    {{ from_epoch_ms('source.' ~ adapter.quote('time')) }} as observed_at,
    source._fetched_at as fetched_at, source.month
from ({{ latest_version('aster', 'open_interest') }}) as source
left join marks
    on source.symbol = marks.symbol
    and source._run_id = marks._run_id
