"""Pictures of the newest ninety published days: files in `<data dir>/pictures`, and shown in the metadata of each run."""

import base64
from datetime import date
from typing import Any

import dagster as dg

from ingestion.errors import SettingsError
from ingestion.settings import load_settings
from orchestration.charts import PICTURES, Picture, Span, draw, newest_day, png, save
from orchestration.published import published_file
from orchestration.tags import OWNER, PICTURES_GROUP, PUBLICATION_KEY


class Whose(dg.Config):
    """What to draw: assets, of which only the pictures of one asset take notice, and the last day; the newest if none is given."""

    assets: list[str] = ["BTC", "ETH"]
    last_day: str | None = None


def _drawn(name: str, picture: Picture) -> dg.AssetsDefinition:
    @dg.asset(
        key=["pictures", name.replace("-", "_")], deps=[PUBLICATION_KEY], group_name=PICTURES_GROUP, kinds={"matplotlib"}, owners=[OWNER],
        description=f"Ninety days: {picture.title}.",
    )  # fmt: skip
    def picture_asset(context: dg.AssetExecutionContext, config: Whose) -> dg.MaterializeResult[Any]:
        settings = load_settings()
        published = published_file(settings)
        last = date.fromisoformat(config.last_day) if config.last_day else newest_day(published)
        metadata: dict[str, Any] = {"last day": last.isoformat()}
        for asset in config.assets if picture.is_of_asset else [""]:
            label = asset or "picture"
            try:
                figure = draw(name, published, Span.up_to(last, asset=asset))
            except SettingsError as error:
                metadata[label] = str(error)
                continue
            stem = settings.data_dir / "pictures" / "-".join(part for part in (name, asset) if part)
            save(figure, stem.with_suffix(".png"))
            metadata[f"{label} file"] = dg.MetadataValue.path(str(save(figure, stem.with_suffix(".svg"))))
            encoded = base64.b64encode(png(figure)).decode()
            metadata[label] = dg.MetadataValue.md(f"![{picture.title}](data:image/png;base64,{encoded})")
        return dg.MaterializeResult(metadata=metadata)

    return picture_asset


drawn = [_drawn(name, picture) for name, picture in PICTURES.items()]
