-- an answer has all weeks, and values that did not change add no version: the newest row says when the list was read last
with read_last as (
    select
        *,
        max(_fetched_at) over () as list_read_at
    from ({{ latest_version('gmx_buybacks', 'weeks') }}) as source
)

select
    'GMX' as token,
    -- integers × 1e18
    {{ gmx_tokens('weekly_accrued', '18') }} as token_amount,
    cast({{ from_epoch_s('week_start') }} as date) as week_from,
    cast({{ from_epoch_s('week_end') }} as date) as week_to,
    _fetched_at as fetched_at, month
from read_last
where
    week_end - week_start = 604800
    and {{ from_epoch_s('week_end') }} <= list_read_at
    and cumulative_accrued <> '0'
