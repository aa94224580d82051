"""Telling somebody: one message after a run that needs a person, and a ping after one that went well. Off unless an address is set.

Belongs here: when there is a message, its words, and how both are sent. Does not: what needs a person (overview). The addresses are
secrets: nothing here prints them, and an error of the wire is told by its kind alone.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ingestion.settings import Settings
from ingestion.store.whole import write_whole
from orchestration.overview import Need, overview

AGAIN_AFTER = timedelta(hours=24)  # what still needs a person is told once a day, however often runs go
MOST_TOLD = 10
QUIET = ("never fetched",)
PLACE_OF_JOB = "{job}"
MENDS: Mapping[str, tuple[str, ...]] = {"daily": ("daily", "ingest", "snapshot", "build", "replay")}
"""Whose failure is over when a job goes well, where that is more than its own."""
PINGS = "daily"  # the job whose success is told where the address has no place for a name: others would hide that it fails


def tell(settings: Settings, job: str, problems: Sequence[str], now: datetime | None = None) -> None:
    """After a run: ping if it went well, and say what needs a person if that has changed, or a day has passed. Never raises."""
    if settings.healthcheck_url and not problems and (PLACE_OF_JOB in settings.healthcheck_url or job == PINGS):
        _send("healthcheck", settings.healthcheck_url.replace(PLACE_OF_JOB, job))
    if settings.notify_url:
        try:
            _tell(settings, job, problems, now or datetime.now(UTC))
        except Exception as error:  # a run that is over does not fail for want of a message
            sys.stderr.write(f"no notification: {type(error).__name__}: {error}\n")


def _tell(settings: Settings, job: str, problems: Sequence[str], now: datetime) -> None:
    needs = [need for need in overview(settings, _names(settings), now).needs if need.what not in QUIET]
    last = _last(settings)
    failed = {name: told for name, told in last["failed"].items() if name not in MENDS.get(job, (job,))}
    failed |= {job: list(problems)} if problems else {}
    what = hashlib.sha256(repr([sorted((need.what, need.where) for need in needs), sorted(failed.items())]).encode()).hexdigest()
    is_new = what != last["what"] or abs(now - datetime.fromisoformat(last["at"])) >= AGAIN_AFTER
    if not needs and not failed:
        message = ("perps: all is well again", f"{job} went well, and nothing needs a person.") if last["is_bad"] else None
    else:
        message = _words(failed, needs) if is_new else None
    if message and send_message(settings, *message):
        last |= {"what": what, "at": now.isoformat(), "is_bad": bool(needs or failed)}
    write_whole(_path(settings), json.dumps(last | {"failed": failed}))


def _words(failed: Mapping[str, Sequence[str]], needs: Sequence[Need]) -> tuple[str, str]:
    """A title, and a line for each thing: first what went wrong in jobs that have not gone well since, then what else needs a person."""
    lines = [f"went wrong: {problem}" for problems in failed.values() for problem in problems]
    lines += [f"{need.what}: {need.where} ({need.why}). {need.advice}" for need in needs]
    more = [f"… and {len(lines) - MOST_TOLD} more: perps status"] if len(lines) > MOST_TOLD else []
    counted = f"{len(needs)} thing{'s need' if len(needs) != 1 else ' needs'} a person"
    title = f"perps: {', '.join(failed)} failed" if failed else f"perps: {counted}"
    return title, "\n".join([*lines[:MOST_TOLD], *more])


def _body(title: str, text: str) -> dict[str, str]:
    """The names that the common receivers read: `text` Slack, Mattermost and Google Chat, `content` Discord, `title` and `body` Apprise."""
    whole = f"{title}\n{text}"
    return {"title": title, "body": text, "text": whole, "content": whole[:2000]}


def send_message(settings: Settings, title: str, text: str) -> bool:
    """One message to PERPS_NOTIFY_URL; whether it was received."""
    return _send("notification", settings.notify_url, _body(title, text))


def _send(what: str, url: str, body: Mapping[str, str] | None = None) -> bool:
    from ingestion.wire.hooks import send

    problem = send(url, body)
    if problem:
        sys.stderr.write(f"the {what} {problem}\n")
    return problem is None


def _names(settings: Settings) -> list[str]:
    from ingestion.venue.registry import selected

    return [source.name for source in selected(settings)]


def _last(settings: Settings) -> dict[str, Any]:
    """What was told last, and what went wrong in the jobs that have not gone well since."""
    nothing = {"what": "", "at": datetime.min.replace(tzinfo=UTC).isoformat(), "is_bad": False, "failed": {}}
    try:
        found: dict[str, Any] = nothing | json.loads(_path(settings).read_text())
        datetime.fromisoformat(found["at"])
    except (OSError, ValueError, TypeError):
        return nothing
    return found


def _path(settings: Settings) -> Path:
    return settings.state_dir / "notified.json"
