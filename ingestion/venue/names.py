"""Names that we chose ourselves, in a seed, and a source no longer knows: a fault to mend, where a market off a venue's list is none.

Belongs here: how it is found, and what is told of them, with the seed and the row. Does not: reading seeds (seeds).
"""

from __future__ import annotations

from collections.abc import Awaitable, Collection, Iterable, Sequence

from ingestion.errors import NotAvailable, NotFound, UnknownName
from ingestion.run.answer import Answer
from ingestion.run.session import Session
from ingestion.venue import seeds


class Asked:
    """Names that several requests ask for: one is unknown when those that say anything of it all refuse it."""

    def __init__(self) -> None:
        self._refused: set[tuple[str, ...]] = set()
        self._known: set[str] = set()

    async def about(self, name: str, request: Awaitable[Answer], *of: str) -> Answer | None:
        """The answer; None where the name is refused, with what was asked `of` it. What is not for us says nothing of the name."""
        try:
            answer = await request
        except NotFound:
            self._refused.add((name, *of))
            return None
        except NotAvailable:
            raise
        except Exception:
            self._known.add(name)  # told as what it is
            raise
        self._known.add(name)
        return answer

    def unknown(self) -> list[str]:
        return sorted({name for name, *_ in self._refused} - self._known)

    def lost(self, given: Collection[tuple[str, ...]]) -> list[tuple[str, ...]]:
        """What was given before and is refused now, of names that are known otherwise."""
        return sorted(one for one in self._refused.intersection(given) if one[0] in self._known)


def tell_unknown(session: Session, endpoints: Sequence[str], column: str, names: Iterable[str], why: str) -> None:
    """Each of these names of a seed's column fails the entities of the endpoints."""
    for name in names:
        rows = seeds.rows_of(session.settings, column, name)
        where = f"{name} ({', '.join(rows) or 'no row'})"
        detail = f"{why}: put the name that it has there now into the column {column} of the seed, or empty the cell"
        error = UnknownName(session.source.name, endpoints[0], detail, market=where)
        for endpoint in endpoints:
            session.note(endpoint, error)


def tell_absent(session: Session, endpoint: str, column: str, asked: Collection[str], absent: Collection[str]) -> None:
    """Of a list that leaves out what it does not know. One that has nothing at all says nothing of single names: that is a limitation."""
    if absent and len(absent) < len(asked):
        tell_unknown(session, [endpoint], column, absent, "not in the answer, which has the others")
    elif absent:
        session.limit(endpoint, f"an answer without any of what was asked for: {', '.join(absent)}")
