{# A key: unique, and no part of it null. `touched_only` looks at the months ingestion touched, for facts too large to scan daily. #}
{% test unique_combination(model, columns, where='1 = 1', touched_only=false) %}
select {{ columns | join(', ') }}
from {{ model }}
where {{ where }} and {{ touched_filter(touched_only) }}
group by {{ columns | join(', ') }}
having count(*) > 1 or {% for column in columns %}{{ column }} is null{{ ' or ' if not loop.last }}{% endfor %}
{% endtest %}
