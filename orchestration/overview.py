"""What `perps status` says first: what needs a person, and a line on everything that is well.

Belongs here: putting together what sources, gate, runs and publication say, as plain values. Does not: reading each of them
(status, journal, publish), or printing (looking).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from ingestion.run.outcome import MOST_QUARANTINED_SHARE
from ingestion.settings import Settings
from orchestration import disk
from orchestration.journal import killed
from orchestration.publish import current_version, versions
from orchestration.reconciled import Unexplained, unexplained
from orchestration.status import EntityStatus, entities, verdicts
from orchestration.timing import SET_IT, apart, fetched_later

ADVICE = {
    "failed": "`perps doctor` asks it again and says what changed",
    "stale": "`perps sync`; if it stays, `perps doctor`",
    "never fetched": "`perps sync` fetches it",
    "held back": "`perps sync` fetches the last days again; quality.gate_results has the reasons",
    "killed": "run it again: what it had done is kept",
    "clock": f"{SET_IT}; until then answers are stamped with the time that the sources tell",
    "odd clock": "nothing, as long as it is alone: its answers are stamped with our time",
    "in the future": f"{SET_IT}; what comes before that moment does not count as newer",
    "apart": "mart_reconciliation_daily has the days; a known reason is a row of the seed reconciliation_reasons",
}
BAD = ("failed", "stale")
WARNINGS = ("never fetched", "held back", "apart", "odd clock")  # shown, without an effect on the exit code
UNASKED = ("not_configured", "closed", "no_public_api")
LATELY = timedelta(days=7)


@dataclass(frozen=True)
class Need:
    """Something that a person should look at."""

    what: str
    where: str
    why: str
    advice: str


@dataclass
class Overview:
    """Everything that status knows; `is_bad` gives the exit code."""

    needs: list[Need]
    lines: list[EntityStatus]
    verdicts: list[tuple[str, str, date, bool, int]]
    version: str | None
    kept: list[str]
    limitations: dict[str, list[str]] = field(default_factory=dict)
    quarantined: dict[str, int] = field(default_factory=dict)
    disk_bytes: dict[str, int] = field(default_factory=dict)
    disk_bytes_per_day: dict[str, float] = field(default_factory=dict)

    @property
    def is_bad(self) -> bool:
        return self.version is None or any(need.what not in WARNINGS for need in self.needs)

    def sources(self) -> dict[str, str]:
        """Every source with the worst state of its entities."""
        order = ["failed", "stale", "never fetched", "ok", "not_configured", "closed", "no_public_api"]
        found: dict[str, str] = {}
        for line in self.lines:
            found[line.source] = min(found.get(line.source, line.status), line.status, key=order.index)
        return found


def overview(settings: Settings, wanted: Collection[str], now: datetime | None = None) -> Overview:
    """Of the sources of these names."""
    now = now or datetime.now(UTC)
    lines = [line for line in entities(settings, now) if line.source in wanted]
    judged = verdicts(settings)
    needs = [*_of_sources(lines), *_of_rows(lines), *_of_gate(judged, now.date()), *_of_figures(settings), *_of_runs(settings)]
    needs += [*_of_clocks(lines), *_of_moments(settings, now)]
    found = Overview(needs, lines, judged, current_version(settings), versions(settings))
    found.disk_bytes = disk.zones(settings)
    found.disk_bytes_per_day = disk.growth(settings, found.disk_bytes, now.date())
    for line in lines:
        if line.limitations:
            told = found.limitations.setdefault(line.source, [])
            told += [text for text in [f"{line.entity}: {line.limitations}"] if text not in told]
        if line.rows_quarantined:
            found.quarantined[f"{line.source}.{line.entity}"] = line.rows_quarantined
    return found


def _of_sources(lines: Sequence[EntityStatus]) -> list[Need]:
    """One need for all entities of a source that are in one state for one reason."""
    same: dict[tuple[str, str, str], list[EntityStatus]] = {}
    for line in lines:
        if line.status in (*BAD, "never fetched"):
            whose = line.source if line.status in BAD else ""
            same.setdefault((line.status, whose, line.problem or ""), []).append(line)
    return [Need(status, _where(mine), why or _age(mine), ADVICE[status]) for (status, _, why), mine in sorted(same.items())]


def _where(lines: Sequence[EntityStatus]) -> str:
    """Names of a few; sources alone where they are many."""
    sources = list(dict.fromkeys(line.source for line in lines))
    if len(sources) > 1:
        return _named(sources)
    names = [line.entity for line in lines]
    return f"{sources[0]}: {', '.join(names[:3])}" + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _named(names: Sequence[str]) -> str:
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")


def _age(lines: Sequence[EntityStatus]) -> str:
    days = [line.last_day for line in lines if line.last_day]
    return f"nothing newer than {min(days)}" if days else "no row yet"


def _of_rows(lines: Sequence[EntityStatus]) -> list[Need]:
    """Rows set aside by an entity that is otherwise well: fewer than fail it."""
    advice = f"look into raw/_quarantine; above {MOST_QUARANTINED_SHARE:.0%} of a run's rows it fails"
    return [
        Need("set aside", f"{line.source}: {line.entity}", f"{line.rows_quarantined:,} rows: {line.quarantined_because}", advice)
        for line in lines
        if line.rows_quarantined and line.status == "ok"
    ]


def _of_gate(judged: Sequence[tuple[str, str, date, bool, int]], today: date) -> list[Need]:
    """Facts of which the last day judged was held back, and lately."""
    failing = [(fact, whose, day) for fact, whose, day, passed, _ in judged if not passed and day >= today - LATELY]
    by_fact: Mapping[str, list[tuple[str, date]]] = {fact: [] for fact, _, _ in failing}
    for fact, whose, day in failing:
        by_fact[fact].append((whose, day))
    return [
        Need(
            "held back",
            f"{fact}: {', '.join(sorted({whose for whose, _ in mine})[:4])}",
            f"{max(day for _, day in mine)}",
            ADVICE["held back"],
        )
        for fact, mine in by_fact.items()
    ]


def _of_figures(settings: Settings) -> list[Need]:
    """Figures that other people have too, far from ours without a known reason: one need for all of a kind."""
    same: dict[tuple[str, str], list[Unexplained]] = {}
    for one in unexplained(settings):
        same.setdefault((one.metric, one.other_source), []).append(one)
    return [
        Need("apart", f"{metric}: {', '.join(one.subject for one in mine[:4])}", _ratios(mine, other), ADVICE["apart"])
        for (metric, other), mine in same.items()
    ]


def _ratios(mine: Sequence[Unexplained], other: str) -> str:
    """Of the first few, ours ÷ theirs."""
    told = ", ".join("nothing of theirs" if one.ratio is None else f"{one.ratio:.2f}" for one in mine[:4])
    return f"{told} times {other}'s, {max(one.last_day for one in mine)}" + (f"; {len(mine) - 4} more" if len(mine) > 4 else "")


def _of_runs(settings: Settings) -> list[Need]:
    return [Need("killed", f"{job} of {began[:16]}", "its process was killed", ADVICE["killed"]) for job, began in killed(settings)]


def _of_clocks(lines: Sequence[EntityStatus]) -> list[Need]:
    asked = {line.source: line.clock_seconds for line in lines if line.status not in ("never fetched", *UNASKED)}
    found = [("clock" if one.is_ours else "odd clock", one) for one in apart(asked)]
    return [Need(what, _named(one.sources), str(one), ADVICE[what]) for what, one in found]


def _of_moments(settings: Settings, now: datetime) -> list[Need]:
    """Rows of raw that were fetched later than now: one need for all."""
    later = fetched_later(settings, now)
    why = f"fetched up to {max(later.values()):%Y-%m-%d %H:%M} UTC, which is still to come" if later else ""
    return [Need("in the future", _named(list(later)), why, ADVICE["in the future"])] if later else []


def as_json(found: Overview) -> str:
    """Everything, for programs."""
    told = {
        "is_bad": found.is_bad,
        "needs": [vars(need) for need in found.needs],
        "sources": [vars(line) for line in found.lines],
        "gate": [
            dict(zip(("fact", "venue_or_protocol", "last_day", "is_passed", "days_held_back"), verdict, strict=True))
            for verdict in found.verdicts
        ],
        "limitations": found.limitations,
        "rows_quarantined": found.quarantined,
        "published": found.version,
        "kept": found.kept,
        "disk_bytes": found.disk_bytes,
        "disk_bytes_per_day": found.disk_bytes_per_day,
    }
    return json.dumps(told, indent=2, default=str)


def counted(found: Overview) -> str:
    """So many sources in each state."""
    return ", ".join(f"{count} {state}" for state, count in Counter(found.sources().values()).most_common())
