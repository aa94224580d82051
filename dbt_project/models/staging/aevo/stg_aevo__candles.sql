-- Aevo has no candles: hours of its public trades. An hour without a trade has none.
with stamped as (
    select
        *,
        -- by remainder: nanoseconds have more digits than a division keeps
        created_timestamp - created_timestamp % 3600000000000 as hour_ns
    from ({{ latest_version('aevo', 'trades') }}) as trades
    where instrument_name like '%-PERP'
),

-- Several trades share an instant: the order of their ids decides. Sums run in that order, so that a table built twice is the same
-- table: products of prices and amounts have too many digits for decimals.
ordered as (
    select
        *,
        row_number() over (partition by month, instrument_name, hour_ns order by created_timestamp, trade_id) as from_first,
        row_number() over (partition by month, instrument_name, hour_ns order by created_timestamp desc, trade_id desc) as from_last,
        sum(amount) over (
            partition by month, instrument_name, hour_ns
            order by created_timestamp, trade_id
            rows between unbounded preceding and current row
        ) as base_so_far,
        sum(amount * price) over (
            partition by month, instrument_name, hour_ns
            order by created_timestamp, trade_id
            rows between unbounded preceding and current row
        ) as quote_so_far
    from stamped
),

hours as (
    select
        instrument_name,
        hour_ns,
        max(case when from_first = 1 then price end) as open,
        max(price) as high,
        min(price) as low,
        max(case when from_last = 1 then price end) as close,
        max(case when from_last = 1 then base_so_far end) as volume_base,
        max(case when from_last = 1 then quote_so_far end) as volume_quote,
        count(*) as trades,
        max(_fetched_at) as fetched_at,
        month
    from ordered
    group by instrument_name, hour_ns, month
),

renamed as (
    select
        {{ market_of('aevo', 'instrument_name') }},
        -- everything is quoted in USDC
        open, high, low, close,
        volume_base,
        volume_quote,
        volume_quote as volume_usd,
        trades,
        {{ told_in_base('candles') }},
        {{ from_epoch_us('cast(hour_ns / 1000 as bigint)') }} as opened_at,
        fetched_at, month
    from hours
)

select * from renamed
where opened_at + interval '1' hour <= fetched_at
