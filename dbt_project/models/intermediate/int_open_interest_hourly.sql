-- The same of each market and UTC hour, for venues and own snapshots alike.
{{ open_interest_stock('opened_at') }}
