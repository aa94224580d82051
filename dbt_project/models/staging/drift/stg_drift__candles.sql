select
    {{ market_of('drift', 'symbol') }},
    -- prices of fills, and the oracle's for an hour without any
    case when fill_open > 0 then fill_open else oracle_open end as open,
    case when fill_high > 0 then fill_high else oracle_high end as high,
    case when fill_low > 0 then fill_low else oracle_low end as low,
    case when fill_close > 0 then fill_close else oracle_close end as close,
    base_volume as volume_base,
    quote_volume as volume_quote,
    quote_volume as volume_usd,
    {{ not_given('trades') }},
    {{ told_in_base('candles') }},
    {{ from_epoch_s('ts') }} as opened_at,
    _fetched_at as fetched_at, month
from ({{ latest_version('drift', 'candles') }}) as source
where
    resolution = '60'
    and symbol not like '%-BET'
    and {{ is_closed_hour('ts', 's') }}
