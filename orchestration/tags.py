"""Names that several definitions share: run tags, owner, asset keys."""

from __future__ import annotations

import dagster as dg

from orchestration.steps.judging import LEDGER_ASSET
from orchestration.steps.publishing import PUBLICATION_ASSET

OWNER = "team:perps-warehouse"
CATCH_UP = "perps/catch_up"
REPORTED = "perps/reported"
LAUNCHED_BY = "user"  # what Dagster's list of runs shows as such; without it, "Manually launched"
PROBLEMS = "perps/problems"  # of a run that the command line would end with 1
ACCEPT = "perps/accept"  # on a run: it may publish less than is out
GATE_KEY = dg.AssetKey(list(LEDGER_ASSET))
PUBLICATION_KEY = dg.AssetKey(list(PUBLICATION_ASSET))
PICTURES_GROUP = "pictures"
