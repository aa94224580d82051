{# Why a day has its regime, and what was not known of it: one expression for each sentence, null where it does not apply. #}
{% macro regime_reasons() -%}
    {%- set unquiet = "regime in ('deleveraging', 'stress')" -%}
    {%- set crowded = "regime = 'build_up'" -%}
    {{ return([
        reason("regime = 'deleveraging'", [
            "'open interest '", signed_percent('open_interest_change_1d'), "' in a day, '", signed_percent('open_interest_change_2d'),
            "' in two, in units of the asset'"]),
        reason(unquiet ~ ' and liquidations_usd_rank is not null', [
            "'liquidations of '", as_text('liquidations_usd / 1000000', 1), "' million USD ('", 'liquidations_coverage', "')'",
            ranked_at('liquidations_usd_rank', 'liquidations_days', 'liquidations_rank_2d')]),
        reason('is_large_move', [
            "'price '", signed_percent('price_change_1d'), "' in a day'", ranked_at('price_change_1d_rank', 'price_change_days')]),
        reason('(' ~ unquiet ~ ' or ' ~ crowded ~ ') and realised_volatility_7d_rank is not null', [
            "'realised volatility of '", as_text('100 * realised_volatility_7d', 1), "' % a year'",
            ranked_at('realised_volatility_7d_rank', 'volatility_days', 'volatility_rank_2d')]),
        reason(crowded, [
            "'funding of '", as_text('100 * funding_rate_8h', 4), "' % per 8 h'", ranked_at('funding_rate_8h_rank', 'funding_days')]),
        reason(crowded, [
            "'open interest of '", as_text('100 * leverage', 2), "' % of market cap'", ranked_at('leverage_rank', 'leverage_days')]),
        reason("regime = 'calm'", ["'nothing beyond its threshold'"]),
        not_ranked('realised volatility', 'realised_volatility_7d', 'realised_volatility_7d_rank', 'volatility_days'),
        not_ranked('liquidations', 'liquidations_usd', 'liquidations_usd_rank', 'liquidations_days'),
        not_ranked('funding', 'funding_rate_8h', 'funding_rate_8h_rank', 'funding_days'),
        not_ranked('leverage', 'leverage', 'leverage_rank', 'leverage_days'),
        reason('open_interest_change_1d is null', ["'change of open interest not known'"])
    ]) }}
{%- endmacro %}

{% macro reason(condition, parts) -%}case when {{ condition }} then {{ parts | join(' || ') }} end{%- endmacro %}

{# A deleveraging may rest on the rank of the day before: then that is told too. #}
{% macro ranked_at(share, days, share_2d=none) -%}
    ', rank ' || {{ as_text(share, 3) }} || ' of ' || cast({{ days }} as {{ dbt.type_string() }}) || ' days'
    {%- if share_2d %} || case
        when regime = 'deleveraging' and {{ share_2d }} > {{ share }} then ', the day before ' || {{ as_text(share_2d, 3) }} else ''
    end{% endif %}
{%- endmacro %}

{% macro signed_percent(fraction) -%}
    coalesce(case when {{ fraction }} > 0 then '+' else '' end || {{ as_text('100 * ' ~ fraction, 1) }} || ' %', 'not known'){%- endmacro %}

{% macro not_ranked(name, value, share, days) -%}
    case
        when {{ value }} is null then '{{ name }} not known'
        when {{ share }} is null
            then '{{ name }}: ' || cast({{ days }} as {{ dbt.type_string() }}) || ' of '
                || cast(days_needed as {{ dbt.type_string() }}) || ' days of history'
    end
{%- endmacro %}
