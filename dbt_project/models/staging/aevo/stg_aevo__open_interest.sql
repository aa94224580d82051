-- The statistics have an index price only; the mark is in the other answer of the same run.
with priced as (
    select
        statistics.*,
        prices.mark_price,
        row_number() over (
            partition by statistics.month, statistics.ticker_id, statistics.observed_at
            order by abs({{ epoch_ms('statistics.observed_at') }} - {{ epoch_ms('prices.observed_at') }}), prices.observed_at desc
        ) as choice
    from ({{ latest_version('aevo', 'statistics') }}) as statistics
    left join ({{ latest_version('aevo', 'prices') }}) as prices
        on statistics.ticker_id = prices.instrument_name
        and statistics._run_id = prices._run_id
        and prices.mark_price > 0
        and abs({{ epoch_ms('statistics.observed_at') }} - {{ epoch_ms('prices.observed_at') }}) <= 300000
    where statistics.open_interest is not null
)

select
    {{ market_of('aevo', 'ticker_id') }},
    'one_sided' as side_convention,
    case when mark_price is not null then 'mark' when index_price > 0 then 'index' end as price_kind,
    -- base units
    open_interest as open_interest_base,
    open_interest * coalesce(mark_price, case when index_price > 0 then index_price end) as open_interest_usd,
    {{ not_given('long_usd', 'short_usd') }},
    coalesce(mark_price, case when index_price > 0 then index_price end) as price_used,
    {{ told_in_base('open_interest') }},
    observed_at,
    _fetched_at as fetched_at, month
from priced
where choice = 1
