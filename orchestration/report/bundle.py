"""Vega, Vega-Lite and Vega-Embed as one script. The package vl-convert-python has them: nothing is fetched, none of theirs is committed.

Bundling takes about 1.4 s of CPU, needs no network, and gives the same text every time; a folder that has it keeps it.
"""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

PACKAGE, VEGA_LITE = "vl-convert-python", "6.4"
EXPOSED = "window.vegaEmbed = vegaEmbed;"


def script_name() -> str:
    """Another version is another file: a page that is open keeps the one that it was written for."""
    return f"vega-{version(PACKAGE)}-{VEGA_LITE}.js"


def script(kept: Path) -> str:
    """The script; that of `kept` when there is one."""
    if kept.is_file():
        return kept.read_text()
    import vl_convert

    bundled: str = vl_convert.javascript_bundle(EXPOSED, vl_version=VEGA_LITE)
    return bundled
