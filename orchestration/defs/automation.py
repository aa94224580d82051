"""Jobs and schedules. All schedules are off until someone turns them on."""

from datetime import UTC, datetime, timedelta

import dagster as dg

from ingestion.settings import load_settings
from ingestion.venue.registry import selected
from orchestration import history, retention
from orchestration.defs.raw import ATTEMPTS_KEY
from orchestration.months import config_of
from orchestration.tags import CATCH_UP, PICTURES_GROUP

CHOSEN = selected(load_settings())  # PERPS_SOURCES holds for whoever starts a job: what it leaves out is no part of it
RAW = dg.AssetSelection.assets(*(dg.AssetKey([one.name, entity.name]) for one in CHOSEN for entity in one.entities), ATTEMPTS_KEY)
SNAPSHOTS = dg.AssetSelection.assets(
    *(dg.AssetKey([one.name, entity.name]) for one in CHOSEN for entity in one.entities if entity.is_snapshot), ATTEMPTS_KEY
)
PICTURES = dg.AssetSelection.groups(PICTURES_GROUP)
BUILD = dg.AssetSelection.all() - dg.AssetSelection.groups("raw") - PICTURES

daily = dg.define_asset_job(
    "daily", RAW | BUILD, executor_def=dg.in_process_executor,
    description="A day, or a range of days in one run: ingest, build, gate, publish.",
)  # fmt: skip
ingest = dg.define_asset_job("ingest", RAW, executor_def=dg.in_process_executor, description="Landing and raw of a day or a range of days.")
build = dg.define_asset_job(
    "build", BUILD, executor_def=dg.in_process_executor, description="From what is in raw: facts, gate, marts, publication."
)
snapshot = dg.define_asset_job(
    "snapshot", SNAPSHOTS, executor_def=dg.in_process_executor,
    description="What has no history: instruments, open interest, premium. Filed under the running month; rows carry their own time.",
)  # fmt: skip
pictures = dg.define_asset_job(
    "pictures",
    PICTURES,
    executor_def=dg.in_process_executor,
    description="Ninety days in pictures, and the report: from what is published.",
)


@dg.schedule(
    job=daily, cron_schedule="30 0 * * *", execution_timezone="UTC", default_status=dg.DefaultScheduleStatus.STOPPED,
    description="Yesterday, and the days since the last success of each series.",
)  # fmt: skip
def every_night(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    day = (context.scheduled_execution_time - timedelta(days=1)).strftime("%Y-%m-%d")
    return dg.RunRequest(run_key=day, partition_key=day[:7], run_config=config_of(day, day), tags={CATCH_UP: "true"})


@dg.schedule(
    job=pictures, cron_schedule="30 6 * * *", execution_timezone="UTC", default_status=dg.DefaultScheduleStatus.STOPPED,
    description="Whatever the night has published.",
)  # fmt: skip
def every_morning(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    return dg.RunRequest(run_key=f"{context.scheduled_execution_time:%Y-%m-%d}")


@dg.schedule(
    job=snapshot, cron_schedule="55 * * * *", execution_timezone="UTC", default_status=dg.DefaultScheduleStatus.STOPPED,
    description="Five minutes before the hour, so that the day's last snapshot is close to its end.",
)  # fmt: skip
def every_hour(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    at = context.scheduled_execution_time
    return dg.RunRequest(run_key=f"{at:%Y-%m-%dT%H}", partition_key=at.strftime("%Y-%m"))


@dg.sensor(minimum_interval_seconds=30, default_status=dg.DefaultSensorStatus.RUNNING)
def command_line(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Takes runs of the command line into this history, ends runs whose process was killed, and hourly removes what is too old."""
    settings = load_settings()
    ended = history.end_dead_runs(settings, context.instance)
    taken = history.catch_up(settings, context.instance, context.repository_def)
    told = f"{taken} runs of the command line taken in, {len(ended)} dead runs ended"
    hour = f"{datetime.now(UTC):%Y-%m-%dT%H}"
    if context.cursor == hour:
        return dg.SkipReason(told)
    gone = retention.prune(settings, context.instance)
    if gone.is_all:
        context.update_cursor(hour)
    return dg.SkipReason(f"{told}, {gone.runs} old runs removed")
