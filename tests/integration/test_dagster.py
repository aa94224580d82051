"""The same steps under Dagster: the nightly schedule honours the settings, runs of the command line come into the history, killed ones end.

One process of its own loads the definitions under the settings of one house, as a code location does, and says what it saw.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from house import House

from orchestration.journal import Journal, unreported
from simulator import Simulator, Truth

LAST = datetime.now(UTC).date() - timedelta(days=1)
FIRST = LAST - timedelta(days=3)
SOURCES = "binance,defillama"
SCRIPT = """
import json, sys
from datetime import datetime, UTC
import dagster as dg
from orchestration.definitions import defs
from orchestration import history, living
from orchestration.publish import current_version
from ingestion.settings import load_settings

settings, repository = load_settings(), defs().get_repository_def()
told = {}
with dg.DagsterInstance.get() as instance:
    told["taken"] = history.catch_up(settings, instance, repository, float("inf"))
    told["again"] = history.catch_up(settings, instance, repository)
    runs = instance.get_runs()
    told["runs"] = {run.run_id: [run.job_name, run.status.value] for run in runs}
    told["problems"] = {run.run_id: run.tags.get("perps/problems") for run in runs}
    told["launched by"] = sorted({run.tags.get("user") for run in runs})
    told["months"] = sorted(instance.get_materialized_partitions(dg.AssetKey(["binance", "klines"])))
    told["rows"] = {}
    for run in runs:
        for entry in instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION):
            made = entry.dagster_event.event_specific_data.materialization
            told["rows"][made.asset_key.to_user_string()] = {name: str(value.value) for name, value in made.metadata.items()}
    context = dg.build_schedule_context(scheduled_execution_time=datetime.fromisoformat(sys.argv[1]), repository_def=repository)
    [asked] = repository.get_schedule_def("every_night").evaluate_tick(context).run_requests
    before = current_version(settings)
    result = repository.get_job(asked.job_name or "daily").execute_in_process(
        run_config=history.QUIET | dict(asked.run_config), instance=instance, partition_key=asked.partition_key, tags=dict(asked.tags),
        raise_on_error=False,
    )
    told["schedule"] = {
        "failures": [f"{event.step_key}: {event.step_failure_data.error}" for event in result.all_events if event.is_step_failure],
        "success": result.success, "month": asked.partition_key, "config": asked.run_config,
        "is_published": current_version(settings) != before,
        "skipped": [event.step_key for event in result.all_events if event.event_type_value == "STEP_SKIPPED"],
        "sources": sorted({event.asset_key.path[0] for event in result.all_events if event.is_step_materialization}),
        "checks": {f"{one.asset_key.path[-1]}.{one.check_name}": one.passed for one in result.get_asset_check_evaluations()},
    }
    idle = repository.get_job("build").execute_in_process(run_config=history.QUIET, instance=instance, raise_on_error=False)
    told["idle build"] = [idle.success, [str(event.step_failure_data.error) for event in idle.all_events if event.is_step_failure]]
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def told(house: Callable[..., House]) -> Iterator[dict[str, Any]]:
    """What Dagster says of a house that the command line has built up to the day before the last, once with a failure."""
    with Simulator(Truth(start=FIRST, days=5, assets=["BTC", "ETH"]), now=datetime.now(UTC)) as simulator:
        one = house(simulator.base_urls(), PERPS_SOURCES=SOURCES, DAGSTER_HOME="")
        built = one.sync(FIRST, LAST - timedelta(days=1))
        assert built.exit_code == 0, built.problems
        again = one.sync(LAST - timedelta(days=1))
        one.environment["PERPS_BASE_URL__BINANCE"] = "http://127.0.0.1:9"
        failed = one.sync(LAST - timedelta(days=1))
        one.environment["PERPS_BASE_URL__BINANCE"] = simulator.base_urls()["binance"]
        settings = one.enter()
        journals = unreported(settings)
        with Journal.begun(settings, "11111111-1111-1111-1111-111111111111", "build", None, None, False) as living:
            assert len(unreported(settings)) == len(journals)  # a run that lives is not told
        living.ended_at = None
        living._write()  # as a killed one leaves it
        (living.path.with_suffix(".lock")).touch()
        environment = {**os.environ, **one.environment, "PYTHONPATH": os.pathsep.join(sys.path)}
        at = datetime.combine(LAST + timedelta(days=1), datetime.min.time(), UTC) + timedelta(minutes=30)
        found = subprocess.run([sys.executable, "-c", SCRIPT, at.isoformat()], env=environment, capture_output=True, text=True, check=False)
        assert found.returncode == 0, found.stderr[-3000:]
        yield json.loads(found.stdout.splitlines()[-1]) | {"ids": [one.run_id for one in (built, again, failed)], "idle": again.is_idle}


def test_runs_of_the_command_line_are_in_the_history(told: dict[str, Any]) -> None:
    built, again, failed = told["ids"]
    assert (told["taken"], told["again"]) == (4, 0)
    assert told["runs"][built] == ["daily", "SUCCESS"]
    assert told["runs"][again] == ["daily", "SUCCESS"]
    assert told["runs"][failed] == ["daily", "SUCCESS"]  # the chain went on without the source
    assert told["runs"]["11111111-1111-1111-1111-111111111111"] == ["build", "FAILURE"]
    assert told["idle"] is True
    assert told["launched by"] == ["perps"]
    assert (told["problems"][built], told["problems"][again]) == (None, None)
    assert "fetch_sources" in told["problems"][failed]


def test_the_partitions_say_which_months_are_there(told: dict[str, Any]) -> None:
    assert told["months"] == sorted({f"{FIRST + timedelta(days=n):%Y-%m}" for n in range(3)})


def test_they_say_what_they_made(told: dict[str, Any]) -> None:
    rows = told["rows"]
    assert {"binance/klines", "facts/fct_volume_daily", "quality/gate_results", "marts/mart_asset_daily", "published/perps"} <= set(rows)
    assert int(rows["facts/fct_volume_daily"]["dagster/row_count"]) > 0
    assert int(rows["quality/gate_results"]["dagster/row_count"]) >= int(rows["quality/gate_results"]["judged"]) > 0
    assert rows["published/perps"]["file"].endswith("perps.duckdb")


def test_the_schedule_builds_and_publishes_from_the_sources_chosen(told: dict[str, Any]) -> None:
    """With PERPS_SOURCES set it skipped everything after ingestion and was green."""
    night = told["schedule"]
    assert night["failures"] == []
    assert (night["success"], night["skipped"], night["is_published"]) == (True, [], True)
    assert night["month"] == f"{LAST:%Y-%m}"
    assert night["config"]["ops"]["fetch_sources"]["config"] == {"first_day": LAST.isoformat(), "last_day": LAST.isoformat()}
    assert {"binance", "defillama", "facts", "marts", "quality", "published"} <= set(night["sources"])
    assert set(night["sources"]) & {"okx", "bybit", "hyperliquid"} == set()
    assert night["checks"]["gate_results.gate_is_open"] is True


def test_a_build_from_the_ui_with_nothing_to_do_succeeds(told: dict[str, Any]) -> None:
    assert told["idle build"] == [True, []]
