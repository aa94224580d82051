with states as (
    select *
    from ({{ latest_version('bitmex', 'instrument_states') }}) as source
    where
        typ in ('FFWCSX', 'FFWCSF')
        and {{ is_bitmex_perpetual() }}
        -- what ended is answered for with zero, at its last stamp
        and open_interest > 0
        and mark_price > 0
),

-- Quantos are worth bitcoin: their dollars are at the mark of XBTUSD nearest in time.
paired as (
    select
        states.*,
        bitcoin.mark_price as bitcoin_price,
        row_number() over (
            partition by states.month, states.symbol, states.{{ adapter.quote('timestamp') }}
            order by
                abs({{ epoch_ms('states.' ~ adapter.quote('timestamp')) }} - {{ epoch_ms('bitcoin.' ~ adapter.quote('timestamp')) }}),
                bitcoin.{{ adapter.quote('timestamp') }} desc
        ) as choice
    from states
    left join states as bitcoin
        on states.is_quanto
        and bitcoin.symbol = 'XBTUSD'
        and states.month = bitcoin.month
        and abs({{ epoch_ms('states.' ~ adapter.quote('timestamp')) }} - {{ epoch_ms('bitcoin.' ~ adapter.quote('timestamp')) }}) <= 300000
),

valued as (
    select
        *,
        case
            when is_inverse then open_interest * abs(multiplier / underlying_to_settle_multiplier)
            when is_quanto then open_value / 1e8 * bitcoin_price
            else open_interest / nullif(underlying_to_position_multiplier, 0) * mark_price
        end as open_interest_quote
    from paired
    where choice = 1
)

select
    {{ market_of('bitmex', 'symbol') }},
    'one_sided' as side_convention,
    'mark' as price_kind,
    case
        when is_inverse or is_quanto then open_interest_quote / mark_price
        else open_interest / nullif(underlying_to_position_multiplier, 0)
    end as open_interest_base,
    case when {{ is_bitmex_dollar_quoted() }} then open_interest_quote end as open_interest_usd,
    {{ not_given('long_usd', 'short_usd') }},
    mark_price as price_used,
    {{ told_in_base('open_interest') }},
    {{ adapter.quote('timestamp') }} as observed_at,
    _fetched_at as fetched_at, month
from valued
