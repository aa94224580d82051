"""Spoiled answers through every parser: no exception without a name, none that takes seconds, no value taken for another."""

from __future__ import annotations

import hashlib
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from benchmarks.chaos.corpus import Original, chosen, originals
from benchmarks.chaos.mutations import Mutant, mutant
from benchmarks.chaos.verdict import ESCAPED, HANGS, REFUSED, ROWS, UNREADABLE, coerced, judged
from benchmarks.report import progress, show

TOLD_EVERY = 1_000
MEANT = ("lighter ",)  # which leaves out a volume that is 0: none is what it says then


@dataclass
class Found:
    """Counts by verdict; `coerced` and `bad` by source, endpoint and what it was."""

    answers: int = 0
    endpoints: int = 0
    sources: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    bad: Counter[str] = field(default_factory=Counter)
    coerced: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0


def survey(count: int, seed: int, names: Sequence[str] | None = None) -> Found:
    """So many mutants, every endpoint in turn."""
    corpus, rng = originals(list(names) if names else None), random.Random(seed)
    found = Found(sum(map(len, corpus.values())), len(corpus), len({source for source, _ in corpus}))
    for number in range(count):
        original = chosen(corpus, number, rng)
        _look(original, mutant(original.document, original.payload.body, rng), found)
        if (number + 1) % TOLD_EVERY == 0:
            progress(f"{number + 1:,} of {count:,} mutants: {dict(found.kinds)}")
    return found


def _look(original: Original, spoiled: Mutant, found: Found) -> None:
    payload = replace(original.payload, body=spoiled.body, sha256=hashlib.sha256(spoiled.body).hexdigest())
    began = time.process_time()
    verdict = judged(original.source, payload)
    found.slowest = max(found.slowest, time.process_time() - began)
    found.kinds[verdict.kind] += 1
    where = f"{original.source.name} {payload.endpoint}"
    if verdict.kind in (ESCAPED, HANGS):
        found.bad[f"{where}: {verdict.kind}, {verdict.where}"] += 1
    elif verdict.kind == ROWS and spoiled.is_value:
        for column in coerced(original.source, original.verdict, verdict, spoiled.was, spoiled.said):
            found.coerced[f"{where} {column}"] += 1


def run(count: int, seed: int) -> bool:
    """Print the table; True when nothing escaped, nothing hung and no value was taken for another."""
    found = survey(count, seed)
    columns = (
        "mutants",
        "answers",
        "endpoints",
        "sources",
        "rows kept or set aside",
        "refused by name",
        "unreadable, named",
        "escaped",
        "over 5 s of CPU",
    )
    kinds = (ROWS, REFUSED, UNREADABLE, ESCAPED, HANGS)
    show("Spoiled answers", columns, [(count, found.answers, found.endpoints, found.sources, *(found.kinds[kind] for kind in kinds))])
    progress(f"the slowest took {found.slowest:.2f} s of CPU")
    show("Spoiled answers that failed", ("where", "times"), found.bad.most_common() or [("none", 0)])
    show("Values that the mutant does not say as they are kept", ("column", "times"), found.coerced.most_common() or [("none", 0)])
    return not found.bad and all(where.startswith(MEANT) for where in found.coerced)
