"""The days that a command asks for."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from ingestion.errors import SettingsError


def days_asked(day: str | None, first: str | None, last: str | None) -> tuple[date, date]:
    """The range asked for; yesterday without any. Raises SettingsError for what cannot be a closed UTC day."""
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    if day and (first or last):
        raise SettingsError("--date or --from/--to, not both")
    try:
        begin = date.fromisoformat(day or first or last or yesterday.isoformat())
        end = date.fromisoformat(day or last or yesterday.isoformat())
    except ValueError as error:
        raise SettingsError(f"{error}: write days as YYYY-MM-DD") from None
    if end > yesterday:
        raise SettingsError(f"{end} is not over yet (UTC): only closed days are judged and published")
    if begin > end:
        raise SettingsError(f"--from {begin} is after --to {end}")
    return begin, end
