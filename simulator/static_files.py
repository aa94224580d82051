"""A directory served as if it were an archive: files as they are, folders as an S3 listing.

For real recorded archives on disk. A leading `data/` of the path is optional, and a `.CHECKSUM` that is not there is computed.
"""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Mapping
from pathlib import Path

from simulator.dialect import Query, Reply
from simulator.s3_listing import list_objects, no_such_key

OPTIONAL_PREFIX = "data/"


class StaticFiles:
    """One source's folder."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise FileNotFoundError(f"no folder to serve: {folder}")
        self.folder = folder.resolve()

    def answer(self, query: Query) -> Reply:
        key = query.path.strip("/")
        if not key or "prefix" in query.params:
            return self._listing(query.params)
        found = self._find(key)
        if found is not None:
            content_type = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
            return Reply(found.read_bytes(), content_type=content_type)
        whole = self._find(key.removesuffix(".CHECKSUM")) if key.endswith(".CHECKSUM") else None
        if whole is None:
            return no_such_key(key)
        return Reply(f"{hashlib.sha256(whole.read_bytes()).hexdigest()}  {whole.name}\n".encode(), content_type="text/plain")

    def _find(self, key: str) -> Path | None:
        for name in (key, key.removeprefix(OPTIONAL_PREFIX)):
            path = (self.folder / name).resolve()
            if path.is_relative_to(self.folder) and path.is_file():
                return path
        return None

    def _listing(self, params: Mapping[str, str]) -> Reply:
        has_prefix = params.get("prefix", "").startswith(OPTIONAL_PREFIX) and not (self.folder / OPTIONAL_PREFIX).is_dir()
        lead = OPTIONAL_PREFIX if has_prefix else ""
        files = {
            f"{lead}{path.relative_to(self.folder).as_posix()}": path.stat().st_size for path in self.folder.rglob("*") if path.is_file()
        }
        return list_objects(self.folder.name, sorted(files), params, files)
