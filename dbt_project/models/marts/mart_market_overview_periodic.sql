-- The daily overview by ISO week (from Monday) and by month: flows are added up, stocks and shares are means over the days published.
with days as (
    {%- for period in ['week', 'month'] %}
    select
        '{{ period }}' as period,
        cast({{ dbt.date_trunc(period, 'date') }} as date) as starts_on,
        cast({{ dbt.date_trunc(period, 'date') }} + interval '1' {{ period }} - interval '1' day as date) as ends_on,
        overview.*
    from {{ ref('mart_market_overview_daily') }} as overview
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select
    period,
    starts_on,
    ends_on,
    {{ exact_sum('volume_usd') }} as volume_usd,
    {{ exact_sum('volume_usd') }} / nullif(count(volume_usd), 0) as volume_usd_daily_avg,
    {{ exact_sum('open_interest_usd') }} / nullif(count(open_interest_usd), 0) as open_interest_usd_avg,
    max_by(open_interest_usd, date) as open_interest_usd_end,
    {%- for share in [
        'cex_volume_share', 'dex_volume_share', 'cex_open_interest_share', 'dex_open_interest_share', 'top1_volume_share', 'top3_volume_share', 'volume_hhi',
        'regulated_volume_share', 'perp_to_spot_ratio'
    ] %}
    {{ exact_sum(share, 18) }} / nullif(count({{ share }}), 0) as {{ share }},
    {%- endfor %}
    max(venues_expected) as venues_expected,
    min(venues_reported) as venues_reported,
    {%- for quantity in quantities() %}
    min({{ quantity }}_venues_reported) as {{ quantity }}_venues_reported,
    max({{ quantity }}_venues_expected) as {{ quantity }}_venues_expected,
    {%- endfor %}
    cast(count(*) as integer) as days_reported,
    min(date) = starts_on and max(date) = ends_on and count(*) = {{ dbt.datediff('starts_on', 'ends_on', 'day') }} + 1 as is_complete
from days
group by period, starts_on, ends_on
