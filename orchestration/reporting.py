"""`perps report`: the pages over what is published, as a folder of files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orchestration.terminal import console


def report(out: Annotated[Path | None, typer.Option(help="folder of the pages; default: report/ in the data folder")] = None) -> None:
    """Six pages over what is published, to open in a browser: no server, no network."""
    from orchestration.environment import prepare
    from orchestration.published import published_file
    from orchestration.report import write_report

    settings = prepare()
    written = write_report(published_file(settings), out or settings.report_dir)
    console.print(f"{written.index}  ({written.bytes_written / 1e6:.1f} MB, version {written.version})", highlight=False)
