{# When a settlement counts, in ms. A settlement is due at the full hour and stamped seconds or minutes late:
   the first one of its hour, if no more than five minutes late, is that hour's. What comes later stays at its
   own second: after a halt dYdX paid eight settlements within eight seconds of one hour, and each is a
   payment. `market` is what tells the rows of one market apart. #}
{% macro settlement_ms(market, stamp) -%}
    case
        when {{ stamp }} - {{ floored_to(stamp, 3600000) }} <= 300000
            and row_number() over (partition by month, {{ market }}, {{ floored_to(stamp, 3600000) }} order by {{ stamp }}) = 1
            then {{ floored_to(stamp, 3600000) }}
        else {{ floored_to(stamp, 1000) }}
    end
{%- endmacro %}
