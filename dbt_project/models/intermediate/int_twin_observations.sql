-- What two sources of one venue tell of the same market and moment: volume of hours, open interest on the hour. Var twin_sources names them.
{%- for venue, twins in var('twin_sources').items() %}
{%- for source in [twins.own, twins.other] %}
select
    '{{ venue }}' as venue,
    '{{ twins.other }}' as other_source,
    {{ 'true' if source == twins.own else 'false' }} as is_own,
    'volume' as metric,
    market_id,
    opened_at as observed_at,
    volume_usd as value_usd,
    month
from {{ ref('stg_' ~ source ~ '__candles') }}
where volume_usd is not null
union all
select
    '{{ venue }}' as venue,
    '{{ twins.other }}' as other_source,
    {{ 'true' if source == twins.own else 'false' }} as is_own,
    'open_interest' as metric,
    market_id,
    observed_at,
    open_interest_usd as value_usd,
    month
from {{ ref('stg_' ~ source ~ '__open_interest') }}
where open_interest_usd is not null and extract(minute from observed_at) = 0 and extract(second from observed_at) = 0
{{ 'union all' if not loop.last }}
{%- endfor %}
{{ 'union all' if not loop.last }}
{%- endfor %}
