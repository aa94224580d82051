{# The only reader of quality.gate_results: a fact's rows whose day passed, as a subquery. A subject's (venue's, protocol's)
   day is kept when this fact's own verdict passed and no other fact of its group failed: published whole or not at all.
   In an incremental build: the days that the mart writes, and `days_before` that many before them. #}
{% macro gated(fact, days_before=0) -%}
    {%- set rule = gate_rules()[fact] -%}
    {%- set months_before = months_of_days(days_before) -%}
    (
        select judged.*
        from {{ ref(fact) }} as judged
        inner join (
            select venue_or_protocol, date
            from {{ source('quality', 'gate_results') }}
            where fact in ('{{ rule.group | join("', '") }}') and {{ in_touched_months(before=months_before) }}
            group by venue_or_protocol, date
            having min(case when is_passed then 1 else 0 end) = 1 and max(case when fact = '{{ fact }}' then 1 else 0 end) = 1
        ) as verdicts
            on judged.{{ rule.subject }} = verdicts.venue_or_protocol
            and {{ rule.day }} = verdicts.date
        where
            {{ in_touched_months(before=months_before, column='judged.month') }}
            and {{ in_touched_days(days_before, column=rule.day) }}
            {%- if rule.moment %}
            and {{ since_first_day(rule.moment, days_before) }}
            {%- endif %}
    )
{%- endmacro %}

{# Per fact: whose verdict counts, which day a row belongs to, and which facts it stands or falls with. Liquidations fall with their
   venue's market; the market does not fall with them, for they often come from elsewhere. Nor does it fall with its hours: a day's figures are
   judged by themselves. A reconciliation falls with either side of it. #}
{% macro gate_rules() -%}
    {%- set market = [
        'fct_candles_hourly', 'fct_volume_daily', 'fct_open_interest_daily', 'fct_funding_rates', 'fct_premiums_hourly'
    ] -%}
    {%- set protocol = [
        'fct_protocol_metrics_daily', 'fct_protocol_fees_daily', 'fct_fee_allocations_daily', 'fct_tokenholder_fee_share_daily'
    ] -%}
    {{ return({
        'fct_candles_hourly': {'subject': 'venue', 'day': 'cast(judged.opened_at as date)', 'moment': 'judged.opened_at', 'group': market},
        'fct_volume_daily': {'subject': 'venue', 'day': 'judged.date', 'group': market},
        'fct_open_interest_daily': {'subject': 'venue', 'day': 'judged.date', 'group': market},
        'fct_funding_rates': {'subject': 'venue', 'day': 'cast(judged.settled_at as date)', 'moment': 'judged.settled_at', 'group': market},
        'fct_premiums_hourly': {'subject': 'venue', 'day': 'cast(judged.observed_at as date)', 'moment': 'judged.observed_at', 'group': market},
        'fct_liquidations_daily': {'subject': 'venue', 'day': 'judged.date', 'group': market + ['fct_liquidations_daily']},
        'fct_open_interest_hourly': {
            'subject': 'venue', 'day': 'cast(judged.opened_at as date)', 'moment': 'judged.opened_at', 'group': market + ['fct_open_interest_hourly']
        },
        'fct_liquidations_hourly': {
            'subject': 'venue', 'day': 'cast(judged.opened_at as date)', 'moment': 'judged.opened_at',
            'group': market + ['fct_liquidations_daily', 'fct_liquidations_hourly']
        },
        'fct_spot_volume_daily': {'subject': 'venue', 'day': 'judged.date', 'group': ['fct_spot_volume_daily']},
        'fct_protocol_metrics_daily': {'subject': 'protocol', 'day': 'judged.date', 'group': protocol},
        'fct_protocol_fees_daily': {'subject': 'protocol', 'day': 'judged.date', 'group': protocol},
        'fct_fee_allocations_daily': {'subject': 'protocol', 'day': 'judged.date', 'group': protocol},
        'fct_tokenholder_fee_share_daily': {'subject': 'protocol', 'day': 'judged.date', 'group': protocol},
        'fct_token_prices_daily': {'subject': 'token', 'day': 'judged.date', 'group': ['fct_token_prices_daily']},
        'fct_token_unlocks_daily': {
            'subject': 'token', 'day': 'judged.date', 'group': ['fct_token_prices_daily', 'fct_token_unlocks_daily']
        },
        'fct_ai_tokens_daily': {'subject': 'coingecko_id', 'day': 'judged.date', 'group': ['fct_ai_tokens_daily']},
        'fct_asset_aggregates_daily': {'subject': 'asset', 'day': 'judged.date', 'group': ['fct_asset_aggregates_daily']},
        'fct_reconciliations_daily': {
            'subject': 'subject', 'day': 'judged.date', 'group': market + protocol + ['fct_asset_aggregates_daily', 'fct_reconciliations_daily']
        }
    }) }}
{%- endmacro %}

{# The same for every fact that has a subject, also for those that are not judged by themselves: `verdict` names whose verdict they need. #}
{% macro published_with() -%}
    {%- set rules = {} -%}
    {%- for fact, rule in gate_rules().items() -%}
        {%- do rules.update({fact: {'verdict': fact, 'group': rule.group}}) -%}
    {%- endfor -%}
    {%- for fact in ['fct_fee_bases_daily', 'fct_fee_allocations_by_policy_daily'] -%}
        {%- do rules.update({fact: {'verdict': 'fct_protocol_fees_daily', 'group': gate_rules()['fct_protocol_fees_daily'].group}}) -%}
    {%- endfor -%}
    {{ return(rules) }}
{%- endmacro %}
