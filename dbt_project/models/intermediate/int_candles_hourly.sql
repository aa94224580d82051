-- One closed candle per market and hour: where the archive and REST both have it, the archive's counts.
-- Contracts are worth what the version of the market of that hour says.
with candles as (
    {{ union_sources('candles') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by month, market_id, opened_at
            order by source_priority, fetched_at desc
        ) as choice
    from candles
),

counted as (
    select
        ranked.*,
        coalesce(markets.asset, ranked.symbol) as asset,
        coalesce(markets.asset_multiplier, 1) as asset_multiplier,
        coalesce(markets.contract_type = 'inverse', false) as is_inverse,
        {{ counted_base('ranked') }} as counted_base,
        {{ counted_quote('ranked') }} as counted_quote,
        {{ is_in_dollars('ranked') }} as is_in_dollars,
        -- a doubtful turnover that is the count of contracts once more is none
        case when ranked.is_turnover_sure or ranked.turnover <> ranked.traded_contracts
            then {{ contract_size_ratio('ranked', 'ranked.traded_contracts', 'coalesce(ranked.volume_quote, ranked.turnover)',
                'coalesce(ranked.volume_base, ranked.turnover)', 'ranked.close') }}
        end as contract_size_ratio,
        {{ is_by_assumed_terms('ranked', 'ranked.opened_at') }} as has_assumed_terms
    from ranked
    left join {{ ref('int_markets') }} as markets
        on {{ resolved_market('ranked.market_id', 'ranked.opened_at') }}
    where {{ is_chosen('ranked.choice') }}
),

-- A turnover is quote on linear and base on inverse contracts; a doubtful one is believed where it fits the
-- candle's prices.
believed as (
    select
        *,
        case
            when is_turnover_sure then turnover
            when is_inverse and counted_quote between turnover * low * 0.999 and turnover * high * 1.001 then turnover
            when not is_inverse and turnover between counted_base * low * 0.999 and counted_base * high * 1.001 then turnover
        end as believed_turnover
    from counted
),

-- What is told counts, then what is counted; the other amount is estimated at the close.
converted as (
    select
        *,
        coalesce(volume_base, counted_base, case when is_inverse then believed_turnover end, counted_quote / nullif(close, 0)) as base,
        coalesce(volume_quote, counted_quote, case when not is_inverse then believed_turnover end, counted_base * close) as quote
    from believed
)

select
    source,
    venue,
    symbol,
    market_id,
    asset,
    opened_at,
    open,
    high,
    low,
    close,
    -- 1000PEPE counts thousands: base volume in units of the canonical asset, prices as the market quotes them
    base * asset_multiplier as volume_base,
    quote as volume_quote,
    coalesce(volume_usd, case when amount is not null and is_in_dollars then quote end) as volume_usd,
    trades,
    contract_size_ratio,
    has_assumed_terms,
    fetched_at,
    month
from converted
