{{ config(
    materialized='incremental',
    incremental_strategy='by_month',
    meta={'touched': {'list': 'touched_mart_months', 'before': 0, 'after': 'all', 'days_before': 0, 'day': 'date'}},
    on_schema_change='fail'
) }}

-- Crypto perpetuals per day by what venues are: kind, design, region, and whether a regulator licenses them.
with venue_days as (
    select
        shares.venue,
        shares.date,
        shares.volume_usd,
        shares.open_interest_usd,
        coalesce(venues.kind, 'unknown') as kind,
        coalesce(venues.design, 'unknown') as design,
        coalesce(venues.region, 'unknown') as region,
        case when venues.is_regulated then 'regulated' when not venues.is_regulated then 'unregulated' else 'unknown' end as regulation
    from {{ ref('mart_venue_share_daily') }} as shares
    inner join {{ ref('dim_venues') }} as venues
        on shares.venue = venues.venue
    where {{ in_touched_days(column='shares.date') }}
),

-- What is known of whom, and what the same venues and coins did since the day before.
series as (
    select
        figures.*,
        coalesce(venues.kind, 'unknown') as kind,
        coalesce(venues.design, 'unknown') as design,
        coalesce(venues.region, 'unknown') as region,
        case when venues.is_regulated then 'regulated' when not venues.is_regulated then 'unregulated' else 'unknown' end as regulation,
        {{ like_for_like_parts('volume_usd', 'figures.') }},
        {{ like_for_like_parts('open_interest_usd', 'figures.') }}
    from {{ ref('mart_venue_asset_daily') }} as figures
    inner join {{ ref('dim_venues') }} as venues
        on figures.venue = venues.venue
    where {{ in_touched_days(days_before=1, column='figures.date') }}
),

coverage as (
    {%- for dimension in ['kind', 'design', 'region', 'regulation'] %}
    select
        '{{ dimension }}' as dimension,
        {{ dimension }} as member,
        date,
        {{ coverage_counts(['volume', 'open_interest']) }},
        {{ like_for_like('volume_usd') }} as volume_usd_change_1d,
        {{ like_for_like('open_interest_usd') }} as open_interest_usd_change_1d
    from series
    where {{ in_touched_days() }}
    group by {{ dimension }}, date
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

members as (
    {%- for dimension in ['kind', 'design', 'region', 'regulation'] %}
    select
        '{{ dimension }}' as dimension,
        {{ dimension }} as member,
        date,
        {{ exact_sum('volume_usd') }} as volume_usd,
        {{ exact_sum('open_interest_usd') }} as open_interest_usd,
        count(*) as venues
    from venue_days
    group by {{ dimension }}, date
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select
    members.dimension,
    members.member,
    members.date,
    members.volume_usd,
    members.volume_usd / nullif(sum(members.volume_usd) over of_day, 0) as volume_share,
    members.open_interest_usd,
    members.open_interest_usd / nullif(sum(members.open_interest_usd) over of_day, 0) as open_interest_share,
    cast(members.venues as integer) as venues,
    coverage.volume_usd_change_1d,
    coverage.open_interest_usd_change_1d,
    {%- for quantity in ['volume', 'open_interest'] %}
    coverage.{{ quantity }}_venues_reported,
    coverage.{{ quantity }}_venues_expected,
    {{ is_complete(quantity, 'coverage.') }} as is_{{ quantity }}_complete,
    {%- endfor %}
    {{ month_of('members.date') }} as month
from members
left join coverage
    on members.dimension = coverage.dimension and members.member = coverage.member and members.date = coverage.date
window of_day as (
    partition by members.dimension, members.date
    order by members.member
    rows between unbounded preceding and unbounded following
)
