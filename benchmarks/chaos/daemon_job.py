"""What the daemon schedules after the kills: a job of one op that takes a run's lock as every step of ours does, each minute.

Belongs here: Dagster definitions for daemon.py, with the sensor of ours that ends dead runs. Does not: any data.
"""

import dagster as dg

from ingestion.settings import load_settings
from orchestration.defs.automation import command_line
from orchestration.living import hold


@dg.op
def take_a_step(context: dg.OpExecutionContext) -> None:
    """Holds the lock of its run."""
    hold(load_settings(), context.run_id)


@dg.job(executor_def=dg.in_process_executor)
def cheap() -> None:
    """One step."""
    take_a_step()


@dg.schedule(job=cheap, cron_schedule="* * * * *", default_status=dg.DefaultScheduleStatus.RUNNING)
def every_minute() -> dg.RunRequest:
    """One run a minute; the queue lets out one at a time."""
    return dg.RunRequest()


defs = dg.Definitions(jobs=[cheap], schedules=[every_minute], sensors=[command_line])
