"""Runs of Dagster's that are killed with -9, one at each stage of the daily job: what a power cut leaves in its history.

Belongs here: the runs and the kills. Does not: who ends them (daemon.py looks on). It is a process of its own, for it forks:
`python -m benchmarks.chaos.dying` prints which run was killed at which stage, as JSON.
"""

import json
import os
import signal
import time
import uuid
from pathlib import Path

import dagster as dg

from ingestion.settings import load_settings
from orchestration.living import hold
from orchestration.runs import JOBS

BEFORE_ITS_STEPS = ("starting", "started")
STAGES = (*BEFORE_ITS_STEPS, *JOBS["daily"])
STOPS_IN = "stops_in"  # a tag: the step in which the run waits to be killed
WAITING = "waiting"


def _step(name: str) -> dg.OpDefinition:
    @dg.op(name=name, ins={"before": dg.In(dg.Nothing)})
    def take(context: dg.OpExecutionContext) -> None:
        """Holds the lock of its run, as every step of ours does."""
        settings = load_settings()
        hold(settings, context.run_id)
        if context.run.tags[STOPS_IN] == name:
            (settings.data_dir / WAITING).touch()
            time.sleep(3600)

    return take


STEPS = [_step(name) for name in JOBS["daily"]]


@dg.job(executor_def=dg.in_process_executor)
def daily() -> None:
    """The steps of the daily job, without their work."""
    before = None
    for step in STEPS:
        before = step() if before is None else step(before)


def killed_in(step: str, waiting: Path) -> str:
    """The id of a run that was killed in this step."""
    run_id = str(uuid.uuid4())
    child = os.fork()
    if child == 0:
        with dg.DagsterInstance.get() as instance:
            daily.execute_in_process(instance=instance, run_id=run_id, tags={STOPS_IN: step})
        os._exit(1)
    while not waiting.exists() and os.waitpid(child, os.WNOHANG) == (0, 0):
        time.sleep(0.01)
    waiting.unlink()
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return run_id


def killed_before_its_steps(instance: dg.DagsterInstance, stage: str) -> str:
    """The id of a run whose process was gone before it took a step: Dagster's events up to there, and no more."""
    run_id = instance.create_run_for_job(daily, status=dg.DagsterRunStatus.NOT_STARTED).run_id
    for kind in (dg.DagsterEventType.PIPELINE_STARTING, dg.DagsterEventType.PIPELINE_START)[: 1 + BEFORE_ITS_STEPS.index(stage)]:
        instance.report_dagster_event(dg.DagsterEvent(event_type_value=kind.value, job_name=daily.name), run_id=run_id)
    return run_id


def main() -> None:
    waiting = load_settings().data_dir / WAITING
    found = {step: killed_in(step, waiting) for step in JOBS["daily"]}
    with dg.DagsterInstance.get() as instance:
        found |= {stage: killed_before_its_steps(instance, stage) for stage in BEFORE_ITS_STEPS}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
