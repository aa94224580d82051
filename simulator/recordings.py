"""Recorded responses served as if they were the internet: JSON files as in the shared fixtures, or a landing zone's parquet.

A request matches a recording by method, path and parameters (or JSON body); scheme and host do not count, nor does a base path
that the recorded address has in front. Of several matches the newest answers. What was not recorded is a 404 that says so.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import polars as pl

from simulator.dialect import Query, Reply, text_reply

ANYTHING = "?"  # a recorder wrote this for a parameter it did not keep
REDACTED = {"***", "REDACTED"}


@dataclass(frozen=True)
class Recording:
    """One response. `source` is the landing column, or the folder the JSON file lies in."""

    source: str
    method: str
    path: str
    params: Mapping[str, str] | None  # None: the recorder did not keep them, any will do
    body: Any
    reply: Reply
    fetched_at: str = ""

    @property
    def is_exact(self) -> bool:
        return self.params is not None and ANYTHING not in self.params.values()

    def fits(self, query: Query) -> bool:
        if self.method != query.method or not (self.path == query.path or self.path.endswith(query.path)):
            return False
        if self.params is None:
            return bool(self.body == query.body)
        wanted = {name: value for name, value in self.params.items() if value not in REDACTED}
        if set(wanted) != set(query.params):
            return False
        return self.body == query.body and all(value in (query.params[name], ANYTHING) for name, value in wanted.items())


class Recordings:
    """All recordings below a folder. `sources` are the names they can be asked for under."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise FileNotFoundError(f"no folder of recordings: {folder}")
        found = [*_from_json(folder), *_from_parquet(folder)]
        self.sources = sorted({recording.source for recording in found})
        self._by_end: dict[str, list[Recording]] = defaultdict(list)
        for recording in sorted(found, key=lambda recording: recording.fetched_at, reverse=True):
            self._by_end[_end(recording.path)].append(recording)

    def answer(self, source: str, query: Query) -> Reply:
        candidates = self._by_end.get(_end(query.path), [])
        own = [recording for recording in candidates if recording.source == source] or candidates
        matches = [recording for recording in own if recording.fits(query)]
        exact = [recording for recording in matches if recording.is_exact]
        if matches:
            return (exact or matches)[0].reply
        asked = json.dumps({"params": dict(query.params), "json": query.body})
        near = f"{len(own)} recorded for a path that ends so, none with these parameters" if own else "none recorded for this path"
        return text_reply(f"No recording of {query.method} {query.path} {asked} for {source}: {near}", 404)


def _end(path: str) -> str:
    return path.rstrip("/").rsplit("/", 1)[-1]


def _strings(values: dict[str, Any] | None) -> dict[str, str]:
    return {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in (values or {}).items()}


def _address(url: str, params: object) -> tuple[str, dict[str, str] | None]:
    parts = urlsplit(url)
    if params is not None and not isinstance(params, dict):
        return unquote(parts.path) or "/", None
    return unquote(parts.path) or "/", dict(parse_qsl(parts.query, keep_blank_values=True)) | _strings(params)


def _from_json(folder: Path) -> Iterator[Recording]:
    for file in sorted(folder.rglob("*.json")):
        data = json.loads(file.read_text(encoding="utf-8"))
        request = data.get("request") if isinstance(data, dict) else None
        if not isinstance(request, dict) or "url" not in request or "response" not in data:
            continue
        path, params = _address(request["url"], request.get("params"))
        answer, status = data["response"], int(data.get("status", 200))
        is_text = isinstance(answer, str)
        content = answer.encode() if is_text else json.dumps(answer, ensure_ascii=False).encode()
        reply = Reply(content, status, "text/plain; charset=utf-8" if is_text else "application/json")
        yield Recording(
            file.parent.name, request.get("method", "GET"), path, params, request.get("json"), reply, str(data.get("captured_at", ""))
        )


def _from_parquet(folder: Path) -> Iterator[Recording]:
    for file in sorted(folder.rglob("*.parquet")):
        for row in pl.read_parquet(file, glob=False).iter_rows(named=True):
            path, params = _address(row["url"], json.loads(row["params"] or "{}"))
            body = json.loads(row["request_body"]) if row["request_body"] else None
            reply = Reply(row["body"], row["status"], row["content_type"] or "application/octet-stream")
            yield Recording(row["source"], row["method"], path, params, body, reply, str(row["fetched_at"]))
