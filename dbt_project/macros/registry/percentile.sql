{# Rank of a row's figure among the like ones of the trailing 365 calendar days, itself included: the share that is at or below it. Null where
   it is null, and while there are fewer than `at_least` of them. `like` are the columns that make figures comparable. #}
{% macro percentile(value, like, day, at_least) -%}
    case
        when {{ value }} is not null and {{ trailing('count', value, like, day, 365) }} >= {{ at_least }}
            then {{ trailing_rank(value, like, day, 365) }}
    end
{%- endmacro %}
