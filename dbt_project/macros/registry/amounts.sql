{# Amounts in a venue's own unit, and the one place where they become base, quote and USD: by the version of
   the market of that hour, which the query joins as `markets`. `row` has amount, amount_unit (base,
   contracts, usd, quote) and own_contract_size. #}

{# An amount that is a figure: above zero and finite. Null, NaN (greater than all in every engine) and what is
   not above zero say nothing. #}
{% macro positive(amount) -%}
    case when {{ amount }} > 0 and {{ amount }} < cast('Infinity' as double) then {{ amount }} end
{%- endmacro %}

{# For staging: the source tells base units, in the columns of that name. Nothing is left to convert. #}
{% macro told_in_base(entity='', contracts='cast(null as double)') -%}
    cast(null as double) as amount,
    'base' as amount_unit,
    cast(null as double) as own_contract_size
        {%- if entity == 'candles' %},
    {{ contracts }} as traded_contracts,
    cast(null as double) as turnover,
    true as is_turnover_sure
        {%- elif entity == 'open_interest' %},
    cast(null as double) as traded_contracts,
    cast(null as double) as traded_turnover
        {%- endif %}
{%- endmacro %}

{# What one contract was worth: as the row says itself, where it differs from the list by more than rounding,
   else as the list said. #}
{% macro contract_size_then(row) -%}
    case
        when {{ row }}.own_contract_size > 0
            and coalesce(abs({{ row }}.own_contract_size / nullif(markets.contract_size, 0) - 1) > 0.01, true)
            then {{ row }}.own_contract_size
        else markets.contract_size
    end
{%- endmacro %}

{# What a count of contracts comes to without a price: base units of a linear market, units of the quote
   currency of an inverse one. #}
{% macro counted_base(row) -%}
    case
        when {{ row }}.amount_unit = 'contracts' and markets.contract_type <> 'inverse'
            then {{ row }}.amount * {{ contract_size_then(row) }}
    end
{%- endmacro %}

{% macro counted_quote(row) -%}
    case
        when {{ row }}.amount_unit = 'contracts' and markets.contract_type = 'inverse'
            then {{ row }}.amount * {{ contract_size_then(row) }}
        when {{ row }}.amount_unit in ('usd', 'quote') then {{ row }}.amount
    end
{%- endmacro %}

{# Whether an amount in the quote currency is one in USD; that of a quanto is in neither. #}
{% macro is_in_dollars(row) -%}
    ({{ row }}.amount_unit = 'usd' or (markets.contract_type <> 'quanto' and markets.quote_asset in ('USD', 'USDT', 'USDC', 'USD1')))
{%- endmacro %}

{# Base units of the market and USD, as the source tells them, else converted at `price`. #}
{% macro amount_in_base(row, told, price) -%}
    coalesce({{ told }}, {{ counted_base(row) }}, {{ counted_quote(row) }} / nullif({{ price }}, 0))
{%- endmacro %}

{% macro amount_in_usd(row, told, price) -%}
    coalesce({{ told }}, case
        when {{ is_in_dollars(row) }} then coalesce({{ counted_quote(row) }}, {{ counted_base(row) }} * {{ price }})
    end)
{%- endmacro %}

{# Whether the row was converted by terms that neither it nor any list had told yet. #}
{% macro is_by_assumed_terms(row, instant) -%}
    {{ row }}.amount is not null and {{ row }}.amount_unit = 'contracts' and {{ row }}.own_contract_size is null
        and {{ has_assumed_terms(instant) }}
{%- endmacro %}

{# What one contract is worth by a count of traded contracts and the turnover told beside it, over what it is
   worth by the list of that hour: near 1 where the list is right. A handful of contracts says more of one
   trade than of their size. `quote` is the turnover in quote units of a linear market, `base` in base units of
   an inverse one. #}
{% macro contract_size_ratio(row, contracts, quote, base, price) -%}
    case
        when not ({{ contracts }} >= 10 and {{ price }} > 0 and {{ contract_size_then(row) }} > 0) then null
        when markets.contract_type = 'linear' then {{ positive(quote) }} / ({{ contracts }} * {{ contract_size_then(row) }} * {{ price }})
        when markets.contract_type = 'inverse' then {{ positive(base) }} * {{ price }} / ({{ contracts }} * {{ contract_size_then(row) }})
    end
{%- endmacro %}
