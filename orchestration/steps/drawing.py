"""Drawing: pictures of the newest ninety published days, as files in `<data dir>/pictures` and in the metadata of each run."""

from __future__ import annotations

import base64
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from ingestion.errors import SettingsError
from ingestion.settings import Settings
from orchestration.published import published_file
from orchestration.records import Asset, FilePath, Made, Markdown, Records

ASSETS = ("BTC", "ETH")


def asset_of(picture: str) -> Asset:
    return ("pictures", picture.replace("-", "_"))


def draw_pictures(
    settings: Settings, assets: Sequence[str] = ASSETS, last_day: date | None = None, wanted: Collection[Asset] | None = None
) -> Records:
    """Draw all pictures, or those wanted; `assets` matter to pictures of one asset only. Raises SettingsError when nothing is published."""
    from orchestration.charts import PICTURES, Span, draw, newest_day, save, thumbnail

    published = published_file(settings)
    last = last_day or newest_day(published)
    for name, picture in PICTURES.items():
        if wanted is not None and asset_of(name) not in wanted:
            continue
        metadata: dict[str, Any] = {"last day": last.isoformat()}
        for asset in assets if picture.is_of_asset else [""]:
            label = asset or "picture"
            try:
                figure = draw(name, published, Span.up_to(last, asset=asset))
            except SettingsError as error:
                metadata[label] = str(error)
                continue
            stem = settings.data_dir / "pictures" / "-".join(part for part in (name, asset) if part)
            encoded = base64.b64encode(thumbnail(save(figure, stem.with_suffix(".png")))).decode()
            metadata[f"{label} file"] = FilePath(save(figure, stem.with_suffix(".svg")))
            metadata[label] = Markdown(f"![{picture.title}](data:image/png;base64,{encoded})")
        yield Made(asset_of(name), metadata)
