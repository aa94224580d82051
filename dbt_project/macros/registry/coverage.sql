{# How much of what is expected a figure holds, quantity by quantity. Expected of a venue is a quantity that it has given before or gives that day, of a
   coin that it lists all day long, until the venue closes: nothing later than the day is looked at. #}
{% macro quantities() -%}
    {{ return({
        'volume': {'fact': 'fct_volume_daily', 'figure': 'volume_usd'},
        'open_interest': {'fact': 'fct_open_interest_daily', 'figure': 'open_interest_usd'},
        'funding': {'fact': 'fct_funding_rates', 'figure': 'funding_rate_8h'},
        'liquidations': {'fact': 'fct_liquidations_daily', 'figure': 'liquidations_usd'},
    }) }}
{%- endmacro %}

{# Columns `<quantity>_venues_reported` and `…_expected` over a group of rows with a venue and `<quantity>_status`. #}
{% macro coverage_counts(of) -%}
    {%- for quantity in of %}
    cast(count(distinct case when {{ quantity }}_status = 'reported' then venue end) as integer) as {{ quantity }}_venues_reported,
    cast(count(distinct case when {{ quantity }}_status <> 'not_expected' then venue end) as integer) as {{ quantity }}_venues_expected
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
{%- endmacro %}

{# Whether all that is expected is in a figure; null where nothing is expected. #}
{% macro is_complete(quantity, relation='') -%}
    case
        when {{ relation }}{{ quantity }}_venues_expected > 0
            then {{ relation }}{{ quantity }}_venues_reported = {{ relation }}{{ quantity }}_venues_expected
    end
{%- endmacro %}

{# Like for like: a sum against the day before, over the series (of a venue and an asset) that have a figure on both days. Of columns made by
   `like_for_like_parts`. #}
{% macro like_for_like_parts(column, of='') -%}
    {%- set series = of ~ 'venue, ' ~ of ~ 'asset' -%}
    {{ growth_part(of ~ column, series, of ~ 'date', 1) }} as {{ column }}_of_both,
    {{ growth_part(of ~ column, series, of ~ 'date', 1, skip=true) }} as {{ column }}_before
{%- endmacro %}
{% macro like_for_like(column) -%}
    {{ exact_sum(column ~ '_of_both') }} / nullif({{ exact_sum(column ~ '_before') }}, 0) - 1
{%- endmacro %}
