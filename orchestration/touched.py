"""Which months of which relation a build must make again: what changed in raw, carried along the plan.

Belongs here: the one rule of propagation. Does not: finding out what changed (pending.py), rebuilding (building.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from orchestration.plan import Node, Plan


@dataclass(frozen=True)
class Months:
    """A set of months 'YYYY-MM', or all there are."""

    names: frozenset[str] = frozenset()
    is_all: bool = False

    @classmethod
    def of(cls, names: Iterable[str] | None) -> Months:
        """None: all of them."""
        return cls(is_all=True) if names is None else cls(frozenset(names))

    def __bool__(self) -> bool:
        return self.is_all or bool(self.names)

    def __or__(self, other: Months) -> Months:
        return ALL if self.is_all or other.is_all else Months(self.names | other.names)

    def __sub__(self, other: Months) -> Months:
        if other.is_all:
            return NONE
        return self if self.is_all else Months(self.names - other.names)

    def widened(self, before: int, after: int | None, last: str) -> Months:
        """With so many months before and after each; `after` None: all up to `last`."""
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


def last_month() -> str:
    """The newest month that can have rows: an event is at most a day younger than its answer."""
    return f"{datetime.now(UTC) + timedelta(days=1):%Y-%m}"


def between(first: str, last: str) -> list[str]:
    """The months from one to another, both included."""
    count = (int(last[:4]) - int(first[:4])) * 12 + int(last[5:]) - int(first[5:])
    return [shifted(first, step) for step in range(count + 1)]


def touched(plan: Plan, changed: Mapping[str, Months], nodes: Sequence[Node], last: str) -> dict[str, Due]:
    """What is due of `nodes`, by id; without those that nothing touched. `changed` tells of sources and of what is built already.

    `last` is the newest month that can have rows.

    A fact's neighbours are counted from the months that changed in raw: those of the facts it reads were counted from the same. A mart's
    are counted from the months of the facts.
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
        if node.id in wanted:
            near = mine.widened(node.before, node.after, last)
            base = mine | theirs if node.layer == "marts" else mine | (theirs - near)
            rebuilt = base.widened(node.before, node.after, last)
            if base:
                due[node.id] = Due(base, rebuilt)
            found |= rebuilt
        built[node.id] = found
    return due


def united(parts: Iterable[Months]) -> Months:
    months = NONE
    for part in parts:
        months |= part
    return months
