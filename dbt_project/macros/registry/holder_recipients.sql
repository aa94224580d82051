{# Recipients of a fee policy who are the tokenholders: paid in cash or kind, or by tokens bought with fees, wherever these go then.
   See docs/decisions/0012-who-is-a-holder.md. #}
{% macro holder_recipients() -%}
    {{ return(['stakers', 'buyback_burn', 'buyback_hold', 'buyback_distribute', 'burn']) }}
{%- endmacro %}

{# Recipients whose part may still become the holders': not known whose it is, or owed to holders under a condition. #}
{% macro undecided_recipients() -%}
    {{ return(['unallocated', 'deferred']) }}
{%- endmacro %}
