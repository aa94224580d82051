"""The simulator's state and its verbs: who answers for a source, what is failing, what was asked. No HTTP in here."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from simulator.corruption import Corruption
from simulator.dialect import Dialect, Query, Reply, plain_too_many, text_reply
from simulator.dialects import dialects
from simulator.drift import Drift
from simulator.faults import Fault
from simulator.limits import Budget
from simulator.recordings import Recordings
from simulator.static_files import StaticFiles
from simulator.truth import Truth
from simulator.world import World

REQUESTS_KEPT = 200_000


class Seen(NamedTuple):
    """One request that was answered."""

    source: str
    method: str
    path: str
    params: Mapping[str, str]
    body: Any
    status: int


class Switchboard:
    """Routes a source's query to its dialect, folder or recordings, through its budget and its faults."""

    def __init__(
        self,
        truth: Truth | None = None,
        now: datetime | None = None,
        *,
        rate_limits: Mapping[str, int] | None = None,
        window_seconds: float = 60.0,
        recordings: Path | None = None,
        static: Mapping[str, Path] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if truth is None and recordings is None and not static:
            truth = Truth()
        self.truth = truth
        self.world = World(truth, now) if truth is not None else None
        self.dialects: dict[str, Dialect] = dialects() if self.world else {}
        self.recordings = Recordings(recordings) if recordings else None
        self.static = {source: StaticFiles(folder) for source, folder in (static or {}).items()}
        self.rate_limits, self.window_seconds, self._clock = dict(rate_limits or {}), window_seconds, clock
        self.faults: dict[str, Fault] = {}
        self.drifts: list[Drift] = []
        self.requests: deque[Seen] = deque(maxlen=REQUESTS_KEPT)
        self._budgets: dict[tuple[str, str], Budget] = {}
        self._set_at = clock()

    @property
    def sources(self) -> list[str]:
        return sorted({*self.dialects, *self.static, *(self.recordings.sources if self.recordings else [])})

    def is_simulated(self, source: str) -> bool:
        return source in self.dialects and source not in self.static

    @property
    def now(self) -> datetime:
        """The simulated clock, or the wall clock where nothing is simulated."""
        return self.world.now if self.world else datetime.now(UTC)

    @property
    def shown(self) -> datetime:
        """What a host's clock shows: the world stands still at its moment, but time passes for those who ask."""
        return self.now + timedelta(seconds=self._clock() - self._set_at) if self.world else self.now

    def strike(self, source: str) -> Fault | None:
        """The fault that hits this request, if any. Call once per request."""
        fault = self.faults.get(source)
        return fault if fault is not None and fault.strikes() else None

    def respond(self, source: str, query: Query, fault: Fault | None = None) -> Reply:
        """The reply, within the budget, spoiled by the fault; and a line in the log."""
        dialect = self.dialects.get(source)
        reply = self._within_budget(source, dialect, query)
        if fault is not None:
            reply = fault.spoil(reply, dialect.too_many if dialect else plain_too_many)
        self.requests.append(Seen(source, query.method, query.path, query.params, query.body, reply.status))
        return reply

    def _within_budget(self, source: str, dialect: Dialect | None, query: Query) -> Reply:
        too_many = dialect.too_many if dialect else plain_too_many
        bucket = dialect.bucket(query) if dialect else ""
        budget = self._budgets.setdefault((source, bucket), Budget(self.rate_limits.get(source), self.window_seconds, self._clock))
        if wait := budget.wait_seconds():
            return too_many(wait, True)
        reply = self._answer(source, dialect, query)
        if not budget.spend(reply.weight):
            reply = too_many(budget.wait_seconds(), False)
        if dialect and dialect.used_weight_header:
            reply.headers[dialect.used_weight_header] = str(budget.used)
        return reply

    def _answer(self, source: str, dialect: Dialect | None, query: Query) -> Reply:
        """As the source answers since it has drifted."""
        mine = [drift for drift in self.drifts if drift.concerns(source, query)]
        for drift in mine:
            query = drift.asked(query)
        reply = self._plain_answer(source, dialect, query)
        for drift in mine:
            reply = drift.answered(reply)
        return reply

    def _plain_answer(self, source: str, dialect: Dialect | None, query: Query) -> Reply:
        if source in self.static:
            return self.static[source].answer(query)
        if dialect is not None and self.world is not None:
            return dialect.answer(self.world, query)
        if self.recordings is not None:
            return self.recordings.answer(source, query)
        return text_reply(f"The simulator has no source {source!r}: it has {', '.join(self.sources)}", 404)

    # Verbs

    def _simulated(self) -> World:
        if self.world is None:
            raise ValueError("nothing is simulated here: recordings have no clock and cannot be corrupted")
        return self.world

    def set_now(self, now: datetime | str) -> None:
        moment = datetime.fromisoformat(now) if isinstance(now, str) else now
        self._simulated().set_now(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
        self._set_at = self._clock()

    def fail(self, source: str, kind: str, every_nth: int = 1, seconds: float = 5.0) -> None:
        self.faults[source] = Fault(kind, every_nth, seconds)

    def drift(self, source: str, kind: str, field: str = "", to: str = "", path: str = "") -> None:
        self.drifts.append(Drift(source, kind, field, to, path))

    def heal(self, source: str | None = None) -> None:
        """Faults and drifts are over, of a source or of all."""
        self.faults = {name: fault for name, fault in self.faults.items() if source not in (None, name)}
        self.drifts = [drift for drift in self.drifts if source not in (None, drift.source)]

    def corrupt(self, venue: str, date: date | str, kind: str, symbol: str | None = None) -> None:
        day = _day(date)
        self._simulated().corrupt(Corruption(venue, day, kind, symbol))

    def clean(self) -> None:
        self._simulated().clean()

    def option(self, name: str, value: str) -> None:
        """A dialect's own switch, such as defillama.derivatives=402."""
        self._simulated().options[name] = value

    def status(self) -> dict[str, Any]:
        world = self.world
        return {
            "now": self.now.isoformat(),
            "sources": self.sources,
            "requests": dict(Counter(seen.source for seen in self.requests)),
            "faults": {source: f"{fault.kind}:{fault.every_nth}" for source, fault in self.faults.items()},
            "corruptions": [f"{c.venue} {c.date} {c.kind}" for c in world.corruptions] if world else [],
            "drifts": [f"{drift.source} {drift.kind} {drift.field}".rstrip() for drift in self.drifts],
        }

    def control(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """{"action": verb, …its arguments}. Raises ValueError or TypeError for an order that makes no sense."""
        arguments = dict(order)
        verb = arguments.pop("action", None)
        verbs: dict[Any, Callable[..., object]] = {
            "set_now": self.set_now, "fail": self.fail, "heal": self.heal, "corrupt": self.corrupt,
            "drift": self.drift, "clean": self.clean, "option": self.option, "status": self.status,
        }  # fmt: skip
        if verb not in verbs:
            raise ValueError(f"unknown action {verb!r}: one of {', '.join(verbs)}")
        verbs[verb](**arguments)
        return self.status()


def _day(day: date | str) -> date:
    return date.fromisoformat(day) if isinstance(day, str) else day
