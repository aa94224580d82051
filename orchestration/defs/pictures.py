"""Pictures of the newest ninety published days: files in `<data dir>/pictures`, and shown in the metadata of each run."""

from collections.abc import Iterator
from datetime import date

import dagster as dg

from ingestion.settings import load_settings
from orchestration.charts import PICTURES
from orchestration.records import Asset
from orchestration.showing import Event, shown
from orchestration.steps.drawing import ASSETS, asset_of, draw_pictures
from orchestration.tags import OWNER, PICTURES_GROUP, PUBLICATION_KEY


class Whose(dg.Config):
    """What to draw: assets, of which only the pictures of one asset take notice, and the last day; the newest if none is given."""

    assets: list[str] = list(ASSETS)
    last_day: str | None = None


@dg.multi_asset(
    name="draw_pictures",
    specs=[
        dg.AssetSpec(
            list(asset_of(name)), deps=[PUBLICATION_KEY], group_name=PICTURES_GROUP, kinds={"matplotlib"}, owners=[OWNER],
            description=f"Ninety days: {picture.title}.",
        )
        for name, picture in PICTURES.items()
    ],
    can_subset=True,
)  # fmt: skip
def pictures(context: dg.AssetExecutionContext, config: Whose) -> Iterator[Event]:
    """Draw those selected from what is published."""
    chosen: set[Asset] = {tuple(key.path) for key in context.selected_asset_keys}
    last = date.fromisoformat(config.last_day) if config.last_day else None
    yield from shown(context, "draw_pictures", lambda: draw_pictures(load_settings(), config.assets, last, chosen))
