{# Open interest as it was read last: of each market and UTC day (`date`) or hour (`opened_at`) the last figure, and the last zero where none or an
   earlier figure is there. It is a stock, read once, never summed. A row is not a figure yet: null, NaN and what is below zero say nothing.
   Whether a zero is true, facts tell by the trading. Contracts are worth what the version of the market of that hour says. #}
{% macro open_interest_stock(moment) -%}
{%- set moment_of = 'cast(observed_at as date)' if moment == 'date' else dbt.date_trunc('hour', 'observed_at') -%}
with open_interest as (
    {{ union_sources('open_interest') }}
),

dated as (
    select
        source, source_priority, venue, symbol, market_id, observed_at,
        {{ positive('open_interest_base') }} as open_interest_base,
        {{ positive('open_interest_usd') }} as open_interest_usd,
        {{ positive('amount') }} as amount,
        coalesce(open_interest_base, open_interest_usd, amount) as told,
        {{ positive('price_used') }} as price_used,
        side_convention, long_usd, short_usd, price_kind, amount_unit, own_contract_size, traded_contracts, traded_turnover,
        fetched_at, month,
        {{ moment_of }} as {{ moment }}
    from open_interest
),

sorted as (
    select
        *,
        coalesce(open_interest_base, open_interest_usd, amount) is null as is_zero
    from dated
    where coalesce(open_interest_base, open_interest_usd, amount) is not null or told = 0
),

ranked as (
    select
        *,
        row_number() over (
            partition by month, market_id, {{ moment }}, is_zero
            order by observed_at desc, source_priority, fetched_at desc, open_interest_usd desc nulls last, amount desc nulls last
        ) as choice
    from sorted
),

chosen as (
    select
        *,
        max(case when not is_zero then observed_at end) over (partition by month, market_id, {{ moment }}) as figure_at,
        max(case when is_zero then observed_at end) over (partition by month, market_id, {{ moment }}) as zero_at
    from ranked
    where {{ is_chosen('ranked.choice') }}
),

converted as (
    select
        chosen.source,
        chosen.venue,
        chosen.symbol,
        chosen.market_id,
        coalesce(markets.asset, chosen.symbol) as asset,
        coalesce(markets.asset_multiplier, 1) as asset_multiplier,
        chosen.{{ moment }},
        chosen.observed_at,
        case when chosen.is_zero then 0 else {{ amount_in_base('chosen', 'chosen.open_interest_base', 'chosen.price_used') }} end
            as open_interest_base,
        case when chosen.is_zero then 0 else {{ amount_in_usd('chosen', 'chosen.open_interest_usd', 'chosen.price_used') }} end
            as open_interest_usd,
        chosen.side_convention,
        chosen.long_usd,
        chosen.short_usd,
        chosen.price_used,
        chosen.price_kind,
        chosen.amount,
        chosen.amount_unit,
        chosen.is_zero,
        chosen.figure_at,
        case when chosen.zero_at > chosen.figure_at or chosen.figure_at is null then chosen.zero_at end as zero_at,
        {{ contract_size_ratio('chosen', 'chosen.traded_contracts', 'chosen.traded_turnover', 'chosen.traded_turnover', 'chosen.price_used') }}
            as contract_size_ratio,
        {{ is_by_assumed_terms('chosen', 'chosen.observed_at') }} as has_assumed_terms,
        chosen.fetched_at,
        chosen.month
    from chosen
    left join {{ ref('int_markets') }} as markets
        on {{ resolved_market('chosen.market_id', 'chosen.observed_at') }}
    where
        (not chosen.is_zero or chosen.zero_at > chosen.figure_at or chosen.figure_at is null)
        -- a delisted market is still answered for, with zero, for ever
        and (
            markets.delisted_at is null
            or chosen.zero_at is null
            or chosen.zero_at < markets.delisted_at
            or chosen.zero_at < chosen.figure_at
        )
),

-- Where contracts come with the other amount and without a price, the two say it.
implied as (
    select
        *,
        case when amount_unit = 'contracts' and price_used is null and open_interest_base > 0 then open_interest_usd / open_interest_base end
            as implied_price
    from converted
)

select
    source,
    venue,
    symbol,
    market_id,
    asset,
    asset_multiplier,
    {{ moment }},
    observed_at,
    open_interest_base,
    open_interest_usd,
    side_convention,
    long_usd,
    short_usd,
    coalesce(price_used, implied_price) as price_used,
    case when implied_price is not null then 'implied' else price_kind end as price_kind,
    is_zero,
    figure_at,
    zero_at,
    contract_size_ratio,
    has_assumed_terms,
    fetched_at,
    month
from implied
{%- endmacro %}
