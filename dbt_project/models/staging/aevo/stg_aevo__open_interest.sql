with statistics as (
    {{ latest_version(source('aevo', 'statistics'), ['ticker_id', 'observed_at']) }}
),

prices as (
    {{ latest_version(source('aevo', 'prices'), ['instrument_name', 'observed_at']) }}
),

-- The statistics have an index price only; the mark is in the other answer of the same run.
priced as (
    select
        statistics.*,
        prices.mark_price,
        row_number() over (
            partition by statistics.month, statistics.ticker_id, statistics.observed_at
            order by abs({{ epoch_ms('statistics.observed_at') }} - {{ epoch_ms('prices.observed_at') }}), prices.observed_at desc
        ) as choice
    from statistics
    left join prices
        on statistics.ticker_id = prices.instrument_name
        and statistics._run_id = prices._run_id
        and prices.mark_price > 0
        and abs({{ epoch_ms('statistics.observed_at') }} - {{ epoch_ms('prices.observed_at') }}) <= 300000
    where statistics.open_interest is not null
),

renamed as (
    select
        -- ids
        'aevo' as venue,
        ticker_id as symbol,
        'aevo:' || ticker_id as market_id,

        -- text
        'one_sided' as side_convention,
        case when mark_price is not null then 'mark' when index_price > 0 then 'index' end as price_kind,

        -- numerics: base units
        open_interest as open_interest_base,
        open_interest * coalesce(mark_price, case when index_price > 0 then index_price end) as open_interest_usd,
        cast(null as double) as long_usd,
        cast(null as double) as short_usd,
        coalesce(mark_price, case when index_price > 0 then index_price end) as price_used,
        {{ told_in_base() }},

        -- timestamps
        observed_at,
        _fetched_at as fetched_at,
        month
    from priced
    where choice = 1
)

select * from renamed
