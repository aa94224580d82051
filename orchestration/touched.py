"""Which months and days of which relation a build must make again: what changed in raw, carried along the plan.

Belongs here: the one rule of propagation. Does not: finding out what changed (pending.py), rebuilding (building.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from orchestration.plan import Node, Plan


@dataclass(frozen=True)
class Months:
    """A set of months 'YYYY-MM', or all there are. `first`: nothing before this day is meant; None where no day is known."""

    names: frozenset[str] = frozenset()
    is_all: bool = False
    first: date | None = None

    @classmethod
    def of(cls, names: Iterable[str] | None, first: date | None = None) -> Months:
        """None: all of them."""
        return cls(is_all=True) if names is None else cls(frozenset(names), first=first)

    @classmethod
    def since(cls, first: date, last: str) -> Months:
        """Every day from this one to the end of a month."""
        return cls.of(between(month_of(first), last), first)

    def __bool__(self) -> bool:
        return self.is_all or bool(self.names)

    def __or__(self, other: Months) -> Months:
        if not self or not other:
            return self or other
        if self.is_all or other.is_all:
            return ALL
        first = min(self.first, other.first) if self.first and other.first else None
        return Months(self.names | other.names, first=first)

    def __sub__(self, other: Months) -> Months:
        if other.is_all:
            return NONE
        return self if self.is_all else Months(self.names - other.names)

    @property
    def is_short(self) -> bool:
        """Four months at most: those of a daily run, with neighbours that are still to come."""
        return not self.is_all and len(self.names) <= 4

    def whole(self) -> Months:
        """The same months from their first day on."""
        return replace(self, first=None)

    def widened(self, before: int, after: int | None, last: str) -> Months:
        """Whole months with so many before and after each; `after` None: all up to `last`."""
        if self.is_all or not self.names:
            return self
        near = {shifted(name, step) for name in self.names for step in range(-before, (after or 0) + 1)}
        if after is None:
            near |= set(between(min(near), last))
        return Months(frozenset(near))

    def listed(self) -> list[str] | None:
        """Sorted names; None: all."""
        return None if self.is_all else sorted(self.names)


ALL = Months(is_all=True)
NONE = Months()


@dataclass(frozen=True)
class Due:
    """What a build does to one relation: `base` are the months that changed in what it reads, `rebuilt` those and the neighbours
    that it declares."""

    base: Months
    rebuilt: Months


WHOLE = Due(ALL, ALL)


def shifted(month: str, step: int) -> str:
    """The month so many months later."""
    count = int(month[:4]) * 12 + int(month[5:]) - 1 + step
    return f"{count // 12:04d}-{count % 12 + 1:02d}"


def month_of(day: date) -> str:
    return f"{day:%Y-%m}"


def last_month() -> str:
    """The newest month that can have rows: an event is at most a day younger than its answer."""
    return month_of(datetime.now(UTC) + timedelta(days=1))


def between(first: str, last: str) -> list[str]:
    """The months from one to another, both included."""
    count = (int(last[:4]) - int(first[:4])) * 12 + int(last[5:]) - int(first[5:])
    return [shifted(first, step) for step in range(count + 1)]


def touched(plan: Plan, changed: Mapping[str, Months], nodes: Sequence[Node], last: str) -> dict[str, Due]:
    """What is due of `nodes`, by id; without those that nothing touched. `changed` tells of sources and of what is built already.

    `last` is the newest month that can have rows.
    """
    wanted = {node.id for node in nodes}
    raw: dict[str, Months] = {}
    built: dict[str, Months] = {}
    due: dict[str, Due] = {}
    for node in plan.nodes:
        if node.kind == "source":
            raw[node.id] = changed.get(node.id, NONE)
            continue
        mine, theirs = (united(of.get(need, NONE) for need in node.needs) for of in (raw, built))
        if node.kind == "view":
            raw[node.id], built[node.id] = mine, theirs
            if node.id in wanted and (mine or theirs):
                due[node.id] = Due(mine | theirs, mine | theirs)
            continue
        found = changed.get(node.id, NONE)
        if node.id in wanted and (mine or theirs):
            due[node.id] = _due(node, mine, theirs, last)
            found |= due[node.id].rebuilt
        built[node.id] = found
    return due


def _due(node: Node, mine: Months, theirs: Months, last: str) -> Due:
    """From what changed in raw (`mine`) and in the relations that a node reads (`theirs`). With a day from which all of it is known, and a
    node that says how far back of it a row can change, only what follows is made again.

    Otherwise whole months. A fact's neighbours are then counted from the months that changed in raw: those of the facts it reads were
    counted from the same. A mart's are counted from the months of the facts.
    """
    both = mine | theirs
    if both.first and node.days_before is not None:
        first = both.first - timedelta(days=node.days_before)
        base = Months.of(both.names | {month_of(first)}, first)
        return Due(base, Months.of(base.widened(0, node.after, last).names, first))
    near = mine.widened(node.before, node.after, last)
    base = both if node.layer == "marts" else mine | (theirs - near)
    return Due(base.whole(), base.whole().widened(node.before, node.after, last))


def united(parts: Iterable[Months]) -> Months:
    months = NONE
    for part in parts:
        months |= part
    return months
