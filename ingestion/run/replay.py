"""Replay: rebuild raw from bodies already received, without a network.

Reads a landing zone of ours, or a folder of recorded responses: JSON files (also gzipped) of {source, request: {method, url, params? |
json?}, response, captured_at?}. Each is routed by its URL to a source and endpoint; what no source claims is listed with the reason.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import orjson

from ingestion.errors import PerpsError
from ingestion.run.attempts import record
from ingestion.run.ingest import ensure_tables, new_run_id
from ingestion.run.outcome import SourceResult
from ingestion.run.session import COMMIT_BYTES, Session
from ingestion.run.source import Source
from ingestion.settings import Settings
from ingestion.store import landing
from ingestion.wire.api import Endpoint
from ingestion.wire.payload import Payload

NEVER = datetime.min.replace(tzinfo=UTC)
PLACEHOLDER = re.compile(r"\{\w+\}")  # of the samples in an API's documentation


@dataclass(frozen=True)
class Replayed:
    """What became of one recorded response."""

    name: str
    source: str | None
    endpoint: str | None
    rows: int
    reason: str | None


@dataclass
class Report:
    """A replay's outcome: one line per response, the sessions' counts, and the sources of which too many rows were set aside."""

    is_landed: bool = False
    lines: list[Replayed] = field(default_factory=list)
    sessions: dict[str, Session] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    last_fetched_at: datetime = NEVER

    @property
    def rows_added(self) -> int:
        return sum(outcome.rows_added for session in self.sessions.values() for outcome in session.outcomes.values())

    @property
    def months(self) -> set[str]:
        found = [outcome.months for session in self.sessions.values() for outcome in session.outcomes.values()]
        return set().union(*found) if found else set()


def replay(settings: Settings, folder: Path, sources: Iterable[Source]) -> Report:
    """Parse every body under the folder into raw; bodies from elsewhere are landed too. Raises PerpsError when there is none."""
    run_id, known = new_run_id(), {source.name: source for source in sources}
    for source in known.values():
        ensure_tables(settings, source)
    report = Report(is_landed=folder.resolve() == settings.landing_dir.resolve())
    if landing.is_landing(folder):
        responses: Iterator[tuple[str, Payload | str]] = ((payload.sha256[:12], payload) for payload in landing.read(folder))
    else:
        responses = _recordings(folder, known, run_id)
    for name, payload in responses:
        report.lines.append(_replay_one(settings, known, report, name, payload))
        if sum(session.bytes for session in report.sessions.values()) > COMMIT_BYTES:
            _commit(report)
    if not report.lines:
        raise PerpsError(f"{folder}: neither a landing zone (*/*/*.parquet) nor recorded responses (*.json, *.json.gz)")
    _commit(report)
    results = [_result(session) for session in report.sessions.values()]
    report.problems = [f"{result.source}: {result.problem}" for result in results if result.problem]
    record(settings, results, [known[result.source] for result in results], run_id, report.last_fetched_at, None)
    return report


def _result(session: Session) -> SourceResult:
    """What an answer costs is told beside it; a source whose rows were set aside in numbers has failed."""
    session.note_unreadable()
    result = SourceResult(session.source.name, "ok", session.outcomes)
    result.status = "failed" if result.problem else "ok"
    return result


def _commit(report: Report) -> None:
    for session in report.sessions.values():
        asyncio.run(session.commit())


def _replay_one(settings: Settings, known: dict[str, Source], report: Report, name: str, payload: Payload | str) -> Replayed:
    if isinstance(payload, str):
        return Replayed(name, None, None, 0, payload)
    source = known.get(payload.source)
    if source is None:
        return Replayed(name, payload.source, payload.endpoint, 0, f"no source {payload.source!r} is registered")
    if source.name not in report.sessions:
        report.sessions[source.name] = Session(source, settings, payload.run_id, client=None, is_landed=report.is_landed)
    session = report.sessions[source.name]
    report.last_fetched_at = max(report.last_fetched_at, payload.fetched_at)
    try:
        source.check(payload)
        answer = session.take(payload)
        rows = sum(map(answer.height, answer.parsed))
    except Exception as error:  # whatever one answer does costs that answer
        return Replayed(name, source.name, payload.endpoint, 0, str(error))
    reason = None if rows else "an answer without rows: the source reports nothing for this request"
    return Replayed(name, source.name, payload.endpoint, rows, reason)


def _recordings(folder: Path, known: dict[str, Source], run_id: str) -> Iterator[tuple[str, Payload | str]]:
    """Recorded responses, oldest capture first, those without a date before them."""
    found = [(str(path.relative_to(folder)), _recording(path, known, run_id)) for path in sorted(folder.rglob("*")) if _is_recording(path)]
    yield from sorted(
        found, key=lambda item: (item[1].fetched_at if isinstance(item[1], Payload) else datetime.min.replace(tzinfo=UTC), item[0])
    )


def _is_recording(path: Path) -> bool:
    return path.is_file() and path.name.endswith((".json", ".json.gz"))


def _recording(path: Path, known: dict[str, Source], run_id: str) -> Payload | str:
    """The payload of a recorded response, or why there is none."""
    try:
        record = orjson.loads(gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes())
    except (orjson.JSONDecodeError, OSError, EOFError) as error:
        return f"not a JSON file: {error}"
    if not isinstance(record, dict) or not isinstance(record.get("request"), dict) or "response" not in record:
        return "no request beside the response: wrap it as {source, request: {method, url, params | json}, response}"
    request, response = record["request"], record["response"]
    params = request.get("params")
    known_params = params if isinstance(params, dict) else {}  # a recorder may mask them; the parser names what it misses
    found = route(known, str(request.get("method", "GET")), str(request.get("url", "")), known_params, request.get("json"))
    if isinstance(found, str):
        return found
    source, endpoint, match, params = found
    body = orjson.dumps(response)
    stamp = _captured_at(record) or _newest_stamp(response) or datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return Payload(
        source=source.name,
        endpoint=endpoint.name,
        method=endpoint.method,
        url=str(request["url"]).split("?")[0],
        params=params,
        request_json=request.get("json"),
        status=int(record.get("status", 200)),
        content_type="application/json",
        body=body,
        fetched_at=stamp,
        sha256=hashlib.sha256(body).hexdigest(),
        run_id=run_id,
        match=match,
    )


def route(
    known: dict[str, Source], method: str, url: str, params: dict[str, Any], body: Any
) -> tuple[Source, Endpoint, dict[str, str], dict[str, Any]] | str:
    """Which source and endpoint a recorded request belongs to, with the parts of its path and all parameters; else the reason."""
    split = urlsplit(url)
    params = {**dict(parse_qsl(split.query)), **params}
    address = f"{split.scheme}://{split.netloc}{split.path}"
    claimed = None
    for source in known.values():
        for endpoint in source.endpoints:
            base = source.hosts[endpoint.host]
            if not address.startswith(base):
                continue
            claimed = source
            parts = endpoint.route(address.removeprefix(base))
            if parts is not None and endpoint.method == method.upper() and endpoint.when(body if isinstance(body, dict) else params):
                sample = next((part for part in parts.values() if PLACEHOLDER.fullmatch(part)), None)
                return f"{sample} is a placeholder of {source.name}'s documentation" if sample else (source, endpoint, parts, params)
    what = f"{method} {unquote(split.path)}" + (f" type={body['type']}" if isinstance(body, dict) and "type" in body else "")
    return f"{claimed.name} does not use {what}" if claimed else f"no source claims {split.scheme}://{split.netloc}"


def _captured_at(record: dict[str, Any]) -> datetime | None:
    """When the response was recorded, as far as the file says: ISO, HTTP date, or Unix seconds."""
    text = str(record.get("captured_at") or "")
    try:
        if "captured_unix" in record:
            return datetime.fromtimestamp(float(record["captured_unix"]), UTC)
        stamp = parsedate_to_datetime(text) if "," in text else datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return (stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC)).astimezone(UTC)


def _newest_stamp(response: Any) -> datetime | None:
    """For a recording without a date: the newest plausible instant it speaks of, for it was known no earlier than that."""
    text = orjson.dumps(response).decode()
    stamps = [int(found) / (1000 if len(found) == 13 else 1) for found in re.findall(r"(?<![\d.])(1[2-9]\d{8}(?:\d{3})?)(?![\d.])", text)]
    newest = max((stamp for stamp in stamps if stamp < 2_000_000_000), default=None)
    return datetime.fromtimestamp(newest, UTC) if newest else None
