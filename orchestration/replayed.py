"""What a replay made of each source's endpoints, as Markdown: the table in docs/recorded_payloads.md."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from ingestion.replay import Replayed, Report

HEADER = ("source", "endpoint", "responses", "rows parsed", "rows rejected", "responses without rows, and why")


@dataclass
class Line:
    """One endpoint of one source."""

    responses: int = 0
    rows: int = 0
    rejected: int = 0
    reasons: Counter[str] = field(default_factory=Counter)


def markdown(report: Report) -> str:
    """One line per source and endpoint; what no source took stands at the end, by reason."""
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
    ordered = sorted(lines.items(), key=lambda item: (item[0][0] == "", item[0]))
    rows = [
        (source or "none", endpoint if source else "–", f"{line.responses}", f"{line.rows:,}", f"{line.rejected}", _why(line.reasons))
        for (source, endpoint), line in ordered
    ]
    return "\n".join("| " + " | ".join(row) + " |" for row in (HEADER, ("---", "---", "---:", "---:", "---:", "---"), *rows)) + "\n"


def _short(one: Replayed) -> str:
    """The reason without what the line already says, and without the advice."""
    text = (one.reason or "").removeprefix(f"{one.source} {one.endpoint}").lstrip(" :")
    text = re.sub(r"^\[[^]]*\]: ", "", text).split(" — ")[0]
    return re.sub(r"\s+", " ", text).replace("|", "/")[:160]


def _why(reasons: Counter[str]) -> str:
    return "; ".join(f"{count} × {reason}" for reason, count in sorted(reasons.items(), key=lambda item: (-item[1], item[0])))
