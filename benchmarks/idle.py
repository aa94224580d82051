"""Commands that have nothing to do: what is left is what starting costs."""

from __future__ import annotations

from benchmarks.report import middle, progress, show
from benchmarks.warehouse import small_warehouse

COMMANDS = {
    "`perps --help`": ["--help"],
    "`perps sql`, counting a table": ["sql", "select count(*) from fct_volume_daily"],
    "`perps build`, nothing changed": ["build"],
}  # fmt: skip


def run(rounds: int) -> bool:
    """Measure and print the table."""
    lines = []
    with small_warehouse() as warehouse:
        for name, arguments in COMMANDS.items():
            before = warehouse.versions()
            costs = [warehouse.perps(*arguments) for _ in range(rounds)]
            published = len(set(warehouse.versions()) - set(before))
            seconds, cpu_seconds = middle([one.seconds for one in costs]), middle([one.cpu_seconds for one in costs])
            progress(f"{name}: {seconds} s, {cpu_seconds} s of CPU")
            lines.append((name, seconds, cpu_seconds, middle([one.peak_megabytes for one in costs], None), published))
    show(f"Nothing to do, {rounds} rounds", ("command", "seconds", "CPU seconds", "peak MB", "new versions published"), lines)
    return True
