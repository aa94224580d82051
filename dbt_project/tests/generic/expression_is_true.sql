{# Rows for which a condition that must hold does not, or is unknown. #}
{% test expression_is_true(model, expression, touched_only=false) %}
select *
from {{ model }}
where not coalesce({{ expression }}, false) and {{ touched_filter(touched_only) }}
{% endtest %}
