-- What CoinGecko last told of a token's repositories, from the day before the answer, which its run is for, until the next one, at most four weeks:
-- the commits are of four weeks.
with ranked as (
    select
        *,
        cast(observed_at as date) as date,
        row_number() over (partition by token_id, cast(observed_at as date) order by observed_at desc) as choice
    from {{ ref('stg_coingecko__developers') }}
)

select
    token_id as coingecko_id,
    has_repository,
    commits_4w,
    contributors,
    stars,
    observed_at,
    fetched_at,
    {{ days_before('date', 1) }} as valid_from,
    least(
        {{ days_before("lead(date, 1, date '9999-12-31') over (partition by token_id order by date)", 1) }},
        {{ days_after('date', 27) }}
    ) as valid_to
from ranked
where choice = 1
