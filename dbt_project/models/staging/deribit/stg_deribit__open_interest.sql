with priced as (
    select
        *,
        case when mark_price > 0 then mark_price end as mark
    from ({{ latest_version('deribit', 'book_summaries') }}) as source
    where
        {{ is_deribit_perpetual() }}
        and open_interest is not null
)

select
    {{ market_of('deribit', 'instrument_name') }},
    'one_sided' as side_convention,
    case when mark is not null then 'mark' end as price_kind,
    -- USD of inverse instruments (not contracts), base of linear ones
    case when {{ is_deribit_inverse() }} then open_interest / mark else open_interest end as open_interest_base,
    case
        when {{ is_deribit_inverse() }} then open_interest
        when {{ is_deribit_dollar_quoted() }} then open_interest * mark
    end as open_interest_usd,
    {{ not_given('long_usd', 'short_usd') }},
    mark as price_used,
    {{ told_in_base('open_interest') }},
    {{ from_epoch_ms('creation_timestamp') }} as observed_at,
    _fetched_at as fetched_at, month
from priced
