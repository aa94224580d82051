{# Every value that is not null exists in another table's field. #}
{% test references(model, column_name, to, field, touched_only=false) %}
select distinct child.{{ column_name }}
from {{ model }} as child
left join {{ to }} as parent
    on child.{{ column_name }} = parent.{{ field }}
where
    child.{{ column_name }} is not null
    and parent.{{ field }} is null
    and {{ touched_filter(touched_only, 'child.month') }}
{% endtest %}
