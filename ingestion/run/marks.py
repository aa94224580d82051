"""How far raw reaches: the marks of progress from which a run that catches up goes on.

Belongs here: the marks of entities and of their markets, as they were before this run wrote anything. Does not: the window made of them
(session), or how raw is read (store/raw).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cached_property

from ingestion.store.raw import RawTable

MOST_CATCH_UP_DAYS = 30


class Marks:
    """The last whole days that raw vouches for. What the run itself commits moves none, so it does not shorten what the run has planned."""

    def __init__(self, tables: Mapping[str, RawTable], run_id: str, whole_until: Callable[[], Mapping[str, date]]) -> None:
        self._tables, self._run_id, self._ask_whole_until = tables, run_id, whole_until
        self._of_markets: dict[tuple[str, str], dict[str, date]] = {}

    def newest(self, entity: str, market: tuple[str, str] | None) -> date | None:
        """Of one of an entity's markets, told by the column and its value there, where the newest month knows it. Else of the entity,
        and no later than a run got all of it: what other markets have says nothing of one that failed.
        """
        column, name = market or ("", "")
        if market and (entity, column) not in self._of_markets:
            self._of_markets[entity, column] = self._tables[entity].last_days(column, MOST_CATCH_UP_DAYS, but_of_run=self._run_id)
        known = self._of_markets[entity, column].get(name) if market else None
        mark = self.of_entities[entity]
        return known or (mark and min(mark, self._whole_until.get(entity, mark)))

    @cached_property
    def _whole_until(self) -> Mapping[str, date]:
        return self._ask_whole_until()

    @cached_property
    def of_entities(self) -> dict[str, date | None]:
        """Read once, before the run's first commit."""
        return {name: table.last_day() for name, table in self._tables.items()}
