-- What one exchange holds of an asset at the end of a UTC day: the last point of a grid of four hours; the point of now is left out.
with points as (
    select
        *,
        {{ from_epoch_ms(adapter.quote('time')) }} as observed_at
    from ({{ latest_version('coinglass', 'open_interest_by_exchange') }}) as source
    where {{ adapter.quote('time') }} % 14400000 = 0
),

ranked as (
    select
        *,
        cast(observed_at as date) as date,
        row_number() over (partition by symbol, exchange, cast(observed_at as date) order by observed_at desc) as choice
    from points
)

select
    {{ coinglass_venue('exchange') }} as venue,
    symbol as asset,
    date,
    open_interest as open_interest_usd,
    observed_at,
    _fetched_at as fetched_at, month
from ranked
where choice = 1 and extract(hour from observed_at) = 20
