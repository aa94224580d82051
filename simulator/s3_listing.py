"""S3's ListObjects (version 1) over a list of keys: what an archive's bucket endpoint answers. Also its 404."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from simulator.dialect import Reply

LARGEST_PAGE = 1000
XMLNS = "http://s3.amazonaws.com/doc/2006-03-01/"


def list_objects(bucket: str, keys: Sequence[str], params: Mapping[str, str], sizes: Mapping[str, int] | None = None) -> Reply:
    """One page after `marker`; with a delimiter, folders come as CommonPrefixes. `keys` must be sorted."""
    prefix, marker, delimiter = (params.get(name, "") for name in ("prefix", "marker", "delimiter"))
    largest = min(int(params.get("max-keys", LARGEST_PAGE)), LARGEST_PAGE)
    found: dict[str, bool] = {}  # entry → is a folder
    for key in keys:
        if key.startswith(prefix):
            cut = key.find(delimiter, len(prefix)) if delimiter else -1
            entry = key if cut < 0 else key[: cut + len(delimiter)]
            if entry > marker and not (cut >= 0 and marker.startswith(entry)):
                found[entry] = cut >= 0
    page = list(found)[:largest]
    is_truncated = len(found) > len(page)
    parts = [f"<Name>{escape(bucket)}</Name><Prefix>{escape(prefix)}</Prefix><Marker>{escape(marker)}</Marker>"]
    if is_truncated and delimiter:
        parts.append(f"<NextMarker>{escape(page[-1])}</NextMarker>")
    parts.append(f"<MaxKeys>{largest}</MaxKeys>")
    if delimiter:
        parts.append(f"<Delimiter>{escape(delimiter)}</Delimiter>")
    parts.append(f"<IsTruncated>{str(is_truncated).lower()}</IsTruncated>")
    parts += [_content(entry, sizes) for entry in page if not found[entry]]
    parts += [f"<CommonPrefixes><Prefix>{escape(entry)}</Prefix></CommonPrefixes>" for entry in page if found[entry]]
    return _xml(f'<ListBucketResult xmlns="{XMLNS}">{"".join(parts)}</ListBucketResult>')


def _content(key: str, sizes: Mapping[str, int] | None) -> str:
    size = (sizes or {}).get(key, 0)
    return f"<Contents><Key>{escape(key)}</Key><Size>{size}</Size><StorageClass>STANDARD</StorageClass></Contents>"


def no_such_key(key: str) -> Reply:
    return _xml(f"<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><Key>{escape(key)}</Key></Error>", 404)


def _xml(body: str, status: int = 200) -> Reply:
    return Reply(f'<?xml version="1.0" encoding="UTF-8"?>\n{body}'.encode(), status, "application/xml")
