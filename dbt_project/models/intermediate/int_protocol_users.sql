-- Accounts that traded on a protocol, by UTC day, as each source counts them. The running day, which a series ends with, is left out.
with counted as (
    {%- for source in ['gmx', 'hyperliquid_stats', 'lighter'] %}
    select protocol, '{{ source }}' as source, date, active_users, fetched_at
    from {{ ref('stg_' ~ source ~ '__active_users') }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

users as (
    select
        *,
        max(fetched_at) over (partition by protocol, source) as series_read_at
    from counted
)

select
    protocol,
    source,
    date,
    cast(active_users as bigint) as active_users,
    fetched_at,
    {{ month_of('date') }} as month
from users
where {{ day_end('date') }} <= series_read_at
