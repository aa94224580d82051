{# The versions of all markets by the days that they count on, as a subquery: from `first_on` to the day before `end_on`, without gaps. The oldest
   one counts before its time too, the last one for good. #}
{% macro markets_by_day() -%}
    (
        select
            markets.market_id,
            markets.venue,
            markets.asset,
            markets.asset_multiplier,
            markets.underlying_class,
            venues.product,
            case when row_number() over versions = 1 then date '1970-01-01' else cast(markets.valid_from as date) end as first_on,
            coalesce(cast(lead(markets.valid_from) over versions as date), date '9999-12-31') as end_on
        from {{ ref('dim_markets') }} as markets
        left join {{ ref('dim_venues') }} as venues
            on markets.venue = venues.venue
        window versions as (partition by markets.market_id order by markets.valid_from)
    )
{%- endmacro %}

{# Join condition: the version of a market that counted on a day. #}
{% macro on_its_day(market_id, day, markets='markets') -%}
    {{ market_id }} = {{ markets }}.market_id
        and {{ day }} >= {{ markets }}.first_on
        and {{ day }} < {{ markets }}.end_on
{%- endmacro %}
