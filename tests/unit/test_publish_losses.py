"""A publication that would take much of what is out away from its readers is refused, until somebody accepts it."""

from __future__ import annotations

import json

import pytest
from publishing import build_months, change, differences, names_left

from ingestion.settings import Settings
from orchestration.publication.losses import Loses
from orchestration.publish import current_version, publish

DAYS, MARKETS = 100, 5  # January to the tenth of April; 500 rows of volume, 100 of shares
VOLUME, SHARES, PASSED = "facts.fct_volume_daily", "marts.mart_venue_share_daily", "marts.mart_published_days"
ASKED = dict.fromkeys((VOLUME, SHARES, PASSED, "marts.dim_venues"), ())


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (f"delete from {SHARES}", f"100 of 100 rows of {SHARES}"),
        (f"delete from {VOLUME} where market_id < 'v:2' and date < '2026-03-10'", f"136 of 500 rows of {VOLUME}"),
        (f"delete from {VOLUME} where date between '2026-02-02' and '2026-02-16'", f"most of 2026-02 of {VOLUME}"),
        (f"delete from {SHARES} where date < '2026-02-01'", f"most of 2026-01 of {SHARES}"),
        (f"drop table {VOLUME}", f"{VOLUME}, 500 rows"),
        (f"delete from {PASSED} where date between '2026-03-05' and '2026-03-25'", "21 of 100 days of v in fct_volume_daily"),
    ],
)
def test_a_loss_beyond_its_bound_is_not_swapped_in_until_it_is_accepted(statement: str, told: str, settings: Settings) -> None:
    build_months(settings, DAYS, MARKETS)
    first = publish(settings, "run", ASKED).version
    change(settings, statement)
    for _ in range(2):
        with pytest.raises(Loses, match=told) as refused:
            publish(settings, "run", ASKED, changes={})
        assert "`perps build --accept`" in str(refused.value)
        assert current_version(settings) == first
        assert names_left(settings) == []
    assert publish(settings, "run", ASKED, changes=None, is_loss_accepted=True).is_new
    assert not publish(settings, "run", ASKED).is_new, "what was accepted is what the next one is held against"


@pytest.mark.parametrize(
    "statement",
    [
        f"delete from {VOLUME} where date between '2026-02-02' and '2026-02-10'",  # 45 of 140 rows of the month, 9 % of all
        f"delete from {PASSED} where date between '2026-03-05' and '2026-03-24'",  # 20 of 100 days
        f"delete from {VOLUME} where market_id = 'v:0'",  # a fifth, and no more
        "delete from marts.dim_venues",  # its one row
    ],
)
def test_a_loss_within_its_bound_is_published(statement: str, settings: Settings) -> None:
    build_months(settings, DAYS, MARKETS)
    publish(settings, "run", ASKED)
    change(settings, statement)
    assert publish(settings, "run", ASKED).is_new


def test_a_table_that_is_no_model_any_more_goes_without_a_question(settings: Settings) -> None:
    build_months(settings, DAYS, MARKETS)
    publish(settings, "run", ASKED)
    change(settings, f"drop table {SHARES}")
    assert publish(settings, "run", {name: key for name, key in ASKED.items() if name != SHARES}).is_new


def test_a_version_that_another_engine_wrote_is_held_against_too(settings: Settings) -> None:
    build_months(settings, DAYS, MARKETS)
    publish(settings, "run", ASKED)
    manifest = settings.published_dir / "current" / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "engine": "0.9"}))
    change(settings, f"delete from {SHARES}")
    with pytest.raises(Loses):
        publish(settings, "run", ASKED)
    build_months(settings, DAYS, MARKETS)
    assert publish(settings, "run").is_new
    assert differences(settings) == []
