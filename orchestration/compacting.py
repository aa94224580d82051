"""`perps compact`: the same data in fewer files and bytes. Belongs here: the command. Does not: how each zone is made smaller (joining,
retention)."""

from __future__ import annotations

from contextlib import closing

from orchestration.terminal import console


def compact() -> None:
    """Join the landing files of months that are over, and remove history and logs older than the settings keep. Nothing is lost."""
    from orchestration.disk import told
    from orchestration.environment import prepare
    from orchestration.tidying import joined_months

    settings = prepare()
    files = before = after = 0
    with closing(joined_months(settings)) as joined:
        for one in joined:
            console.print(f"{one.source} {one.month}: {one.files:,} files, {told(one.bytes_before)}, are one of {told(one.bytes_after)}")
            files, before, after = files + one.files, before + one.bytes_before, after + one.bytes_after
    console.print(f"landing: {files:,} files joined, {told(before - after)} less" if files else "landing: no month to join")
    if (settings.data_dir / "dagster" / "runs.db").exists():
        _prune()


def _prune() -> None:
    import dagster as dg

    from orchestration.disk import told
    from orchestration.environment import prepare_dagster
    from orchestration.retention import prune, vacuum

    settings = prepare_dagster()
    with dg.DagsterInstance.get() as history:
        gone = prune(settings, history, longest_seconds=3600)
    freed = vacuum(settings)
    console.print(f"history: {gone.runs:,} runs and the logs of {gone.logs:,} removed, {told(freed)} given back")
