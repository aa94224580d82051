with counted as (
    select
        *,
        -- 0 everywhere, or nothing at all: no repository is followed
        coalesce(stars, 0) + coalesce(forks, 0) + coalesce(pull_requests_merged, 0) + coalesce(pull_request_contributors, 0)
        + coalesce(commit_count_4_weeks, 0) > 0 as has_repository
    from ({{ latest_version('coingecko', 'developers') }}) as source
)

select
    id as token_id,
    has_repository,
    case when has_repository then commit_count_4_weeks end as commits_4w,
    case when has_repository then pull_request_contributors end as contributors,
    case when has_repository then pull_requests_merged end as pull_requests_merged,
    case when has_repository then stars end as stars,
    case when has_repository then forks end as forks,
    observed_at,
    _fetched_at as fetched_at, month
from counted
