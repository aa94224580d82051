select
    'lighter' as protocol,
    cast({{ from_epoch_s(adapter.quote('timestamp')) }} as date) as date,
    cast(data as bigint) as active_users,
    _fetched_at as fetched_at, month
from ({{ latest_version('lighter', 'exchange_totals') }}) as source
where kind = 'active_account_count'
