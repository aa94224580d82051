{# Wilson's interval of a share: `hits` of `trials`, `z` standard deviations to each side. Null without trials. #}
{% macro wilson(side, hits, trials, z) -%}
    ({{ hits }} + {{ z }} * {{ z }} / 2 {{ '-' if side == 'low' else '+' }} {{ z }} * sqrt(
        {{ hits }} * (1.0 - {{ hits }} / nullif({{ trials }}, 0)) + {{ z }} * {{ z }} / 4
    )) / (nullif({{ trials }}, 0) + {{ z }} * {{ z }})
{%- endmacro %}
