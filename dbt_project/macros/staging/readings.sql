{# How long a daily reading of a list holds, for lists that are joined to one read on other days, too: until the next
   one; the first one also before it. #}

{% macro reading_from(key) -%}
    case
        when row_number() over (partition by {{ key }} order by observed_on) = 1 then date '1970-01-01'
        else observed_on
    end
{%- endmacro %}

{% macro reading_until(key) -%}
    coalesce(lead(observed_on) over (partition by {{ key }} order by observed_on), date '9999-12-31')
{%- endmacro %}
