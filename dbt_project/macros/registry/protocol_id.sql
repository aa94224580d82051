{# What we call a protocol that the seed does not name: its slug in our spelling. #}
{% macro protocol_id(slug) -%}
    translate(lower({{ slug }}), '-.+&()!, ', '_________')
{%- endmacro %}
