{# Common table expressions over one of pairs (metric, subject, date, other_source, own_value, other_value …): the ratio of the two, whether it is
   within the tolerance of the seed, and the first reason of the other seed that explains it on that day; a subject's own reason comes before one
   for all. What nobody compares by (no tolerance) is left out. #}
{% macro reconciled(pairs) -%}
measured as (
    select
        pairs.*,
        pairs.own_value / nullif(pairs.other_value, 0) as ratio,
        tolerances.tolerance_factor
    from {{ pairs }} as pairs
    inner join {{ ref('reconciliation_tolerances') }} as tolerances
        on pairs.metric = tolerances.metric and pairs.other_source = tolerances.other_source
    where pairs.own_value is not null and pairs.other_value is not null
),

told as (
    select
        *,
        coalesce(ratio between 1 / tolerance_factor and tolerance_factor, own_value = other_value) as is_within_tolerance
    from measured
),

explained as (
    select
        told.*,
        case when not told.is_within_tolerance then reasons.reason end as known_reason,
        row_number() over (
            partition by told.metric, told.subject, told.date, told.other_source
            order by case when reasons.subject = told.subject then 0 else 1 end, reasons.reason
        ) as choice
    from told
    left join {{ ref('reconciliation_reasons') }} as reasons
        on
        not told.is_within_tolerance
        and told.metric = reasons.metric
        and told.other_source = reasons.other_source
        and reasons.subject in (told.subject, '*')
        and told.date >= coalesce(reasons.valid_from, date '1970-01-01')
        and told.date < coalesce(reasons.valid_to, date '9999-12-31')
        and told.ratio between reasons.ratio_from and reasons.ratio_to
),

reconciled as (
    select * from explained where choice = 1
)
{%- endmacro %}
