"""What follows every run, whoever started it: the sizes of the day are noted, somebody is told, also of the market, and after the daily job
landing is tidied. Belongs here: that order. Does not: a run itself (runs)."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from ingestion.settings import Settings
from orchestration import disk


def after_run(settings: Settings, job: str, problems: Sequence[str]) -> list[str]:
    """`problems`: what went wrong in this run, in sentences; empty where it went well. Gives what went wrong here."""
    with suppress(OSError):  # a full disk is no reason to tell nobody
        disk.note(settings)
    if settings.notify_url or settings.healthcheck_url:
        from orchestration.notifying import tell

        tell(settings, job, problems)
    if settings.notify_url and settings.alerts:
        from orchestration.alerting import tell_alerts

        tell_alerts(settings)
    if job == "daily":
        from orchestration.tidying import tidy

        return tidy(settings)
    return []
