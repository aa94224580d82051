"""Reporting: the pages over what is published, as files in `<data dir>/report`."""

from __future__ import annotations

from ingestion.settings import Settings
from orchestration.published import published_file
from orchestration.records import Asset, FilePath, Made, Records

REPORT: Asset = ("pictures", "report")


def report(settings: Settings) -> Records:
    """Write all pages. Raises SettingsError when nothing is published."""
    from orchestration.report import write_report

    written = write_report(published_file(settings), settings.report_dir)
    yield Made(REPORT, {"file": FilePath(written.index), "version": written.version, "bytes": written.bytes_written})
