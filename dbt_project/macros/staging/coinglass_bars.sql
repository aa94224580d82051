{# Hours of a bar of CoinGlass: null for one that does not divide a day, which tells nothing of a day. #}
{% macro coinglass_interval_hours(column) -%}
    case {{ column }} when '1h' then 1 when '4h' then 4 when '6h' then 6 when '8h' then 8 when '12h' then 12 when '1d' then 24 end
{%- endmacro %}

{# The whole day a single exchange is asked for is that venue's; a list of several is all venues', as far as the list goes. #}
{% macro coinglass_venue(column) -%}
    case
        when {{ column }} like '%,%' or lower({{ column }}) = 'all' then 'all_venues'
        else replace(lower({{ column }}), '.io', '')
    end
{%- endmacro %}

{# The current version of every bar that is over, with its day and its end. `series`: what one answer covers. A bar is over when its series was read
   after its end, by whatever row of it: raw keeps changes only, and a running bar that did not change any more has no later version. #}
{% macro coinglass_bars(source_name, table, series) -%}
    select
        *,
        {{ from_epoch_ms(adapter.quote('time')) }} as opened_at,
        {{ from_epoch_ms('ends_ms') }} as ends_at,
        cast({{ from_epoch_ms(adapter.quote('time')) }} as date) as date
    from (
        select
            *,
            {{ adapter.quote('time') }} + interval_hours * 3600000 as ends_ms,
            max(_fetched_at) over (partition by {{ series | join(', ') }}) as read_at
        from (
            select
                *,
                {{ coinglass_interval_hours(adapter.quote('interval')) }} as interval_hours
            from ({{ latest_version(source_name, table) }}) as latest
        ) as measured
        where interval_hours is not null
    ) as bars
    where {{ from_epoch_ms('ends_ms') }} <= read_at
{%- endmacro %}

{# The last of these bars of each closed UTC day, the longest of those that end together: bars of a day and shorter ones may lie side by side. #}
{% macro coinglass_day_closes(bars) -%}
    select *
    from (
        select
            *,
            row_number() over (partition by symbol, date order by ends_at desc, interval_hours desc) as choice
        from {{ bars }}
        where {{ day_end('date') }} <= read_at
    ) as ranked
    where choice = 1
{%- endmacro %}
