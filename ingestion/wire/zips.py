"""Reading a downloaded zip or gzip of one CSV safely: no bombs, no paths, no surprises. Nothing here touches the file system."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

import polars as pl

from ingestion.errors import BadAnswer
from ingestion.wire.payload import Payload

MOST_UNPACKED_BYTES = 512_000_000
GZIP = b"\x1f\x8b"
NAME = re.compile(rb"[A-Za-z_][\w ]*")  # of a column
MOST_RATIO = 200  # CSV of prices packs about 5:1; a bomb is beyond 1000:1


def csv_of(payload: Payload, columns: list[str]) -> pl.DataFrame:
    """The single CSV of a zip as a frame of text with these columns, header row or not. Raises BadAnswer."""
    text = _single_member(payload)
    if not text.strip():
        return pl.DataFrame(schema=dict.fromkeys(columns, pl.String()))
    has_header = _is_header(payload, text.split(b"\n", 1)[0])
    if has_header and text.isascii() and len(text.split()) == 1:
        return pl.DataFrame(schema=dict.fromkeys(columns, pl.String()))
    try:
        frame = pl.read_csv(io.BytesIO(text), has_header=False, skip_rows=int(has_header), infer_schema=False)
    except pl.exceptions.PolarsError as error:
        raise _bad(payload, f"not a CSV: {str(error).splitlines()[0]}") from None
    if frame.width < len(columns):
        raise _bad(payload, f"{frame.width} columns, expected {len(columns)}: {', '.join(columns)}")
    return frame.select(frame.columns[: len(columns)]).rename(dict(zip(frame.columns, columns, strict=False)))


def _is_header(payload: Payload, line: bytes) -> bool:
    """Whether a first line names columns; else it begins with a number. Raises BadAnswer for what is neither."""
    cells = [cell.strip().strip(b'"') for cell in line.split(b",")]
    if cells[0][:1].isdigit() or cells[0][:1] == b"-":
        return False
    if all(NAME.fullmatch(cell) for cell in cells) and cells[0].lower() not in (b"null", b"nan", b"none"):
        return True
    raise _bad(payload, f"the first line is neither a header nor a row of numbers: {line[:80].decode('utf-8', 'replace')!r}")


def _single_member(payload: Payload) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(payload.body)) as archive:
            members = archive.infolist()
            if len(members) != 1:
                raise _bad(payload, f"{len(members)} files in the zip, expected one CSV")
            member = members[0]
            if (
                member.is_dir()
                or member.filename != member.filename.rsplit("/", 1)[-1].rsplit("\\", 1)[-1]
                or not member.filename.endswith(".csv")
            ):
                raise _bad(payload, f"refused member {member.filename!r}: only a bare name ending in .csv is expected")
            limit = min(MOST_UNPACKED_BYTES, MOST_RATIO * max(len(payload.body), 1000))
            with archive.open(member) as handle:
                text = handle.read(limit + 1)
            if len(text) > limit:
                raise _bad(payload, f"unpacks to more than {limit:,} bytes")
            return text
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise _bad(payload, f"not a readable zip: {error}") from None


def gunzipped(payload: Payload) -> bytes:
    """The body of a .gz, also when the transport has unpacked it already. Raises BadAnswer."""
    if not payload.body.startswith(GZIP):
        return payload.body
    reader = zlib.decompressobj(wbits=31)
    try:
        text = reader.decompress(payload.body, MOST_UNPACKED_BYTES)
    except zlib.error as error:
        raise _bad(payload, f"not a readable gzip: {error}") from None
    if not reader.eof:
        raise _bad(payload, f"cut short, or unpacks to more than {MOST_UNPACKED_BYTES:,} bytes")
    return text


def _bad(payload: Payload, detail: str) -> BadAnswer:
    return BadAnswer(
        payload.source, payload.endpoint, detail, market=payload.match.get("symbol"), advice=f"fetch {payload.url} by hand and look"
    )
