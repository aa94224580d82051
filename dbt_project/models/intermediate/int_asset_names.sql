-- What the seed of aliases says a name meant, over all time: per venue and name, or for all venues that have
-- no rows of their own for it. A span without an asset means the name itself.
with aliases as (
    select
        coalesce(venue, '') as venue,
        base_asset,
        asset,
        asset_multiplier,
        valid_from,
        valid_to
    from {{ ref('asset_aliases') }}
),

spans as (
    {{ dated_rows('aliases', ['venue', 'base_asset'], ['asset', 'asset_multiplier']) }}
)

select
    venue,
    base_asset,
    coalesce(asset, base_asset) as asset,
    coalesce(asset_multiplier, 1) as asset_multiplier,
    starts_at,
    ends_at
from spans
