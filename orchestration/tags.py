"""Names that several definitions share: run tags, owner, asset keys."""

from __future__ import annotations

import dagster as dg

OWNER = "team:perps-warehouse"
CATCH_UP = "perps/catch_up"
GATE_KEY = dg.AssetKey(["quality", "gate_results"])
PUBLICATION_KEY = dg.AssetKey(["published", "perps"])
GATE_CHECK = "gate_is_open"
PICTURES_GROUP = "pictures"
