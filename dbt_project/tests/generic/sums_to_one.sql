{# Shares of a group add up to 1. #}
{% test sums_to_one(model, column, group_by, tolerance=0.000001) %}
select {{ group_by }}, sum({{ column }}) as total
from {{ model }}
where {{ column }} is not null
group by {{ group_by }}
having abs(sum({{ column }}) - 1) > {{ tolerance }}
{% endtest %}
