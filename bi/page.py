"""docs/metrics.md: every metric with its meaning and its SQL, made from the definitions. `python -m bi.page`
writes it again.

Belongs here: the page's text. Does not: definitions (dbt_project/models/metrics), their SQL (metrics.py).
"""

from __future__ import annotations

from pathlib import Path

import orjson

from bi.metrics import Dataset, datasets
from ingestion.settings import PROJECT_ROOT, load_settings
from orchestration.compiled import manifest_path

PAGE = PROJECT_ROOT / "docs" / "metrics.md"
HEAD = """# Metrics

On this page: what each metric is, and the SQL of it. They are defined once, in `dbt_project/models/metrics`; Superset's metrics and this
page are made from there ([why](decisions/0039-metrics-in-dbt.md)). `python -m bi.page` writes it again.

A metric is an aggregate: it goes into any `select` over its table, with any `where` and `group by`. A stock (open interest) is no sum over
days; shares, rates and yields are ratios of sums, so that they hold for any grouping.

```sql
select venue, {funding_apr} as funding_apr
from marts.mart_venue_asset_daily
where asset = 'BTC' and date >= '2026-11-01'
group by venue
```
"""


def page(found: list[Dataset]) -> str:
    sql = {metric.name: metric.sql for dataset in found for metric in dataset.metrics}
    return HEAD.format(**sql) + "".join(_section(dataset) for dataset in found)


def _section(dataset: Dataset) -> str:
    joined = f" With the columns of {' and '.join(f'`{table}`' for table in dataset.joins.values())}." if dataset.joins else ""
    lines = [f"\n## {dataset.name}\n", f"{dataset.description} `{dataset.table}`.{joined}\n"]
    lines += [f"By {', '.join(f'`{name}`' for name in dataset.dimensions)}.\n", "| metric | what it is | SQL |", "|---|---|---|"]
    lines += [f"| `{one.name}`<br>{one.label} | {one.description} | `{one.sql}` |" for one in dataset.metrics]
    return "\n".join(lines) + "\n"


def main(path: Path = PAGE) -> None:
    path.write_text(page(datasets(orjson.loads(manifest_path(load_settings()).read_bytes()))))


if __name__ == "__main__":
    main()
