"""Spoiled answers through every parser: no exception without a name, none that takes seconds, no value taken for another."""

from __future__ import annotations

import hashlib
import itertools
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from benchmarks.chaos.corpus import Original, originals
from benchmarks.chaos.mutations import Mutant, mutant
from benchmarks.chaos.verdict import ESCAPED, HANGS, REFUSED, ROWS, UNREADABLE, coerced, judged, judged_together
from benchmarks.report import progress, show
from ingestion.wire.payload import Payload

TOLD_EVERY = 10_000
A_COMMIT = 50  # answers: of each commit one is judged alone too
MEANT = ("lighter ",)  # which leaves out a volume that is 0: none is what it says then


@dataclass(frozen=True)
class Spoiled:
    """A mutant as the answer that a run would get."""

    original: Original
    mutant: Mutant
    payload: Payload


@dataclass
class Found:
    """Counts by verdict; `coerced` and `bad` by source, endpoint and what it was."""

    answers: int = 0
    endpoints: int = 0
    sources: int = 0
    mutants: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    bad: Counter[str] = field(default_factory=Counter)
    coerced: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0


def survey(count: int, seed: int, names: Sequence[str] | None = None) -> Found:
    """So many mutants, every endpoint in turn, some dozens to a commit."""
    corpus, rng = originals(list(names) if names else None), random.Random(seed)
    found = Found(sum(map(len, corpus.values())), len(corpus), len({source for source, _ in corpus}))
    endpoints = itertools.cycle(sorted(corpus))
    while found.mutants < count:
        commit = _commit(corpus[next(endpoints)], min(A_COMMIT, count - found.mutants), rng)
        _look(commit, found, rng)
        found.mutants += len(commit)
        if found.mutants // TOLD_EVERY > (found.mutants - len(commit)) // TOLD_EVERY:
            progress(f"{found.mutants:,} of {count:,} mutants: {dict(found.kinds)}")
    return found


def _commit(of: list[Original], size: int, rng: random.Random) -> list[Spoiled]:
    """Mutants of one endpoint's answers, no body twice."""
    commit: dict[str, Spoiled] = {}
    for _ in range(size):
        original = rng.choice(of)
        made = mutant(original.document, original.payload.body, rng)
        payload = replace(original.payload, body=made.body, sha256=hashlib.sha256(made.body).hexdigest())
        commit[payload.sha256] = Spoiled(original, made, payload)
    return list(commit.values())


def _look(commit: list[Spoiled], found: Found, rng: random.Random) -> None:
    began = time.process_time()
    verdicts = judged_together(commit[0].original.source, [one.payload for one in commit])
    found.slowest = max(found.slowest, time.process_time() - began)
    for one, verdict in zip(commit, verdicts, strict=True):
        found.kinds[verdict.kind] += 1
        where = f"{one.original.source.name} {one.payload.endpoint}"
        if verdict.kind in (ESCAPED, HANGS):
            found.bad[f"{where}: {verdict.kind}, {verdict.where}"] += 1
        elif verdict.kind == ROWS and one.mutant.is_value:
            for column in coerced(one.original.source, one.original.verdict, verdict, one.mutant.was, one.mutant.said):
                found.coerced[f"{where} {column}"] += 1
    one, verdict = rng.choice(list(zip(commit, verdicts, strict=True)))
    alone = judged(one.original.source, one.payload)
    if (alone.kind, repr(alone.kept)) != (verdict.kind, repr(verdict.kept)):  # as text: NaN equals nothing
        found.bad[f"{one.original.source.name} {one.payload.endpoint}: others of its commit change what is kept of it"] += 1


def run(count: int, seed: int) -> bool:
    """Print the table; True when nothing escaped, nothing hung and no value was taken for another."""
    found = survey(count, seed)
    columns = (
        "mutants", "answers", "endpoints", "sources", "rows kept or set aside", "refused by name", "unreadable, named", "escaped",
        "over 5 s of CPU",
    )  # fmt: skip
    kinds = (ROWS, REFUSED, UNREADABLE, ESCAPED, HANGS)
    told = (found.mutants, found.answers, found.endpoints, found.sources, *(found.kinds[kind] for kind in kinds))
    show("Spoiled answers", columns, [told])
    progress(f"the slowest commit took {found.slowest:.2f} s of CPU")
    show("Spoiled answers that failed", ("where", "times"), found.bad.most_common() or [("none", 0)])
    show("Values that the mutant does not say as they are kept", ("column", "times"), found.coerced.most_common() or [("none", 0)])
    return not found.bad and all(where.startswith(MEANT) for where in found.coerced)
