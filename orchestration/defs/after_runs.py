"""What follows a run of the UI: sizes are noted, somebody is told. Runs of the command line have done it themselves."""

import dagster as dg

from ingestion.settings import load_settings
from orchestration.after import after_run
from orchestration.tags import PROBLEMS, REPORTED


@dg.run_status_sensor(run_status=dg.DagsterRunStatus.SUCCESS, default_status=dg.DefaultSensorStatus.RUNNING)
def ended_well(context: dg.RunStatusSensorContext) -> None:
    """Pings PERPS_HEALTHCHECK_URL, and tells PERPS_NOTIFY_URL what needs a person, where they are set."""
    told = context.dagster_run.tags.get(PROBLEMS)
    _follow(context.dagster_run, [told] if told else [])


@dg.run_status_sensor(run_status=dg.DagsterRunStatus.FAILURE, default_status=dg.DefaultSensorStatus.RUNNING)
def failed(context: dg.RunStatusSensorContext) -> None:
    """Tells PERPS_NOTIFY_URL that a run failed, where it is set."""
    _follow(context.dagster_run, [context.dagster_event.message or "the run failed: its page in the UI says why"])


def _follow(run: dg.DagsterRun, problems: list[str]) -> None:
    if REPORTED not in run.tags:
        after_run(load_settings(), run.job_name, problems)
