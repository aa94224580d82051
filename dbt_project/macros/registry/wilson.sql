{# One end of Wilson's interval of a share: `hits` of `trials` (doubles), `z` standard deviations to each side. Null without trials. #}
{% macro wilson(end, hits, trials, z) -%}
    {%- set centre = '(' ~ hits ~ ' + ' ~ z ~ ' * ' ~ z ~ ' / 2)' -%}
    {%- set half = z ~ ' * sqrt(' ~ hits ~ ' * (1 - ' ~ hits ~ ' / ' ~ trials ~ ') + ' ~ z ~ ' * ' ~ z ~ ' / 4)' -%}
    case
        when {{ trials }} > 0
            then round({{ 'greatest(0, ' if end == 'low' else 'least(1, ' }}({{ centre }} {{ '-' if end == 'low' else '+' }} {{ half }}) / ({{ trials }} + {{ z }} * {{ z }})), 10)
    end
{%- endmacro %}
