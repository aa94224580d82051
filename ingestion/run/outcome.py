"""What a run did with its sources: counts, failures, and what to tell a person of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from ingestion.errors import SourceError

Progress = Callable[[str, int, int], None]
"""Called with source, requests done and requests known of."""
MOST_QUARANTINED_SHARE = 0.1  # of the rows of an entity in a run: more is a change of the source, and a failure


@dataclass
class EntityOutcome:
    """What a run did to one entity."""

    rows_parsed: int = 0
    rows_fitted: int = 0  # of the days that were asked for, and as their table declares them
    rows_added: int = 0
    rows_withdrawn: int = 0  # of those added: versions by which the source takes a row back
    rows_quarantined: int = 0
    quarantined_because: str = ""  # of the first such row
    payloads: int = 0
    markets: set[str | None] = field(default_factory=set)  # of which answers were; None: of one that names no market
    unchanged: int = 0  # files not fetched, for their hash says that raw has them
    failures: list[SourceError] = field(default_factory=list)
    months: set[str] = field(default_factory=set)

    @property
    def is_mostly_unreadable(self) -> bool:
        """Whether so many rows were set aside that the source must have changed."""
        return self.rows_quarantined > MOST_QUARANTINED_SHARE * self.rows_parsed


@dataclass
class SourceResult:
    """What one run did with one source."""

    source: str
    status: str  # ok, failed, not_configured, closed
    outcomes: dict[str, EntityOutcome] = field(default_factory=dict)
    error: str | None = None
    limitations: list[str] = field(default_factory=list)
    requests: int = 0
    seconds: float = 0.0
    clock_seconds: int | None = None  # its clock less ours, where they are too far apart

    @property
    def months(self) -> set[str]:
        return set().union(*(outcome.months for outcome in self.outcomes.values())) if self.outcomes else set()

    def limitations_of(self, entity: str) -> list[str]:
        """What cannot be had of an entity: limitations that begin with its name, and those that begin with nobody's."""
        of_others = tuple(f"{name}: " for name in self.outcomes if name != entity)
        return [text.removeprefix(f"{entity}: ") for text in self.limitations if not text.startswith(of_others)]

    @property
    def is_empty_handed(self) -> bool:
        """Failed, and without a single readable answer."""
        return self.status == "failed" and not any(outcome.payloads for outcome in self.outcomes.values())

    @property
    def problem(self) -> str | None:
        """Why this source is not entirely well, or None: its own error, or the failures of some of its markets."""
        failures = {id(failure): failure for outcome in self.outcomes.values() for failure in outcome.failures}
        return self.error or summarise(failures.values()) or None


def summarise(failures: Iterable[SourceError]) -> str:
    """Failures by endpoint and reason, with a count and a few markets, for a person."""
    markets: dict[tuple[str, str], list[str]] = defaultdict(list)
    counts: Counter[tuple[str, str]] = Counter()
    most: dict[tuple[str, str], int] = {}
    for failure in failures:
        key = (failure.endpoint, failure.detail)
        counts[key] += 1
        most[key] = failure.most_named
        if failure.market:
            markets[key].append(failure.market)
    lines = []
    for (endpoint, detail), count in counts.most_common(5):
        listed, known = markets[endpoint, detail], most[endpoint, detail]
        named = ", ".join(listed[:known]) + (" …" if len(listed) > known else "")
        lines.append(f"{endpoint}: {detail}" + (f" (×{count}{': ' + named if named else ''})" if count > 1 or named else ""))
    return "; ".join(lines)
