{# How the parts of a protocol are held against the whole. #}

{# An amount as far as it is part of a whole: between nothing and it, whatever sign that has. #}
{% macro between_nothing_and(part, whole) -%}
    case
        when {{ whole }} >= 0 then greatest(0, least({{ whole }}, {{ part }}))
        else least(0, greatest({{ whole }}, {{ part }}))
    end
{%- endmacro %}

{# Whether parts come to more than their whole by over a thousandth, or to another sign: figures of different captures. #}
{% macro exceeds_whole(parts, whole) -%}
    (abs({{ parts }}) > 1.001 * abs({{ whole }}) or {{ parts }} * {{ whole }} < 0)
{%- endmacro %}

{# The join that tells whether a row of a protocol is in its parent's figures of that metric already: `parts.protocol` is then not null. #}
{% macro join_parts(row, metric) -%}
    left join {{ ref('int_part_periods') }} as parts
        on
            {{ row }}.protocol = parts.protocol
            and parts.metric = {{ metric }}
            and {{ row }}.date >= parts.starts_on
            and {{ row }}.date < parts.ends_on
{%- endmacro %}
