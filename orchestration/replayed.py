"""What a replay made of each source's endpoints, as Markdown: the table in docs/recorded_payloads.md."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingestion.run.replay import Replayed, Report

INTRODUCTION = """# What recorded answers give

Every response in the folder of recorded payloads, taken through `perps replay FOLDER --no-publish --table docs/recorded_payloads.md`, which
writes this page; a test holds the two equal. A recording that lacks a parameter its body does not repeat cannot become rows, and says so.
"""
HEADER = ("source", "endpoint", "responses", "rows parsed", "rows rejected", "responses without rows, and why")
REST = ("responses", "taken by no endpoint, because")


@dataclass
class Line:
    """One endpoint of one source."""

    responses: int = 0
    rows: int = 0
    rejected: int = 0
    reasons: Counter[str] = field(default_factory=Counter)


def markdown(report: Report) -> str:
    """A page with one line per source and endpoint; what no source took stands at the end, by reason."""
    lines: dict[tuple[str, str], Line] = defaultdict(Line)
    for one in report.lines:
        line = lines[one.source or "", one.endpoint or "" if one.source else _short(one)]
        line.responses += 1
        line.rows += one.rows
        if one.reason:
            line.reasons[_short(one)] += 1
    for source, session in report.sessions.items():
        for endpoint in session.source.endpoints:
            rejected = sum(session.outcomes[name].rows_quarantined for name in endpoint.feeds)
            if rejected and (source, endpoint.name) in lines:
                lines[source, endpoint.name].rejected = rejected
    taken = [
        (source, endpoint, f"{line.responses}", f"{line.rows:,}", f"{line.rejected}", _why(line.reasons))
        for (source, endpoint), line in sorted(lines.items())
        if source
    ]
    rest = [(f"{line.responses}", reason) for (source, reason), line in sorted(lines.items()) if not source]
    return "\n".join([INTRODUCTION, _table(HEADER, "llrrrl", taken), _table(REST, "rl", rest)])


def _table(header: Sequence[str], alignment: str, rows: Sequence[Sequence[str]]) -> str:
    rule = tuple("---:" if side == "r" else "---" for side in alignment)
    return "".join("| " + " | ".join(row) + " |\n" for row in (header, rule, *rows))


def _short(one: Replayed) -> str:
    """The reason without what the line already says, without the advice and the line of code."""
    text = (one.reason or "").removeprefix(f"{one.source} {one.endpoint}").lstrip(" :")
    text = re.sub(r"^\[[^]]*\]: ", "", text).split(" — ")[0]
    text = re.sub(r"; \w+\.py:\d+\)$", ")", text)
    return re.sub(r"\s+", " ", text).replace("|", "/")[:160]


def _why(reasons: Counter[str]) -> str:
    return "; ".join(f"{count} × {reason}" for reason, count in sorted(reasons.items(), key=lambda item: (-item[1], item[0])))
