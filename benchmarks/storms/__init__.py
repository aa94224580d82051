"""Storm odds judged on real history, beside models that others would use. `python -m benchmarks.storms FOLDER docs/storms.md`.

Belongs here: reading collected history (history.py), our own models' queries over it (ours.py), what is compared with them (comparators.py,
forecasts.py), the scores (scores.py) and the page (page.py). Does not: the rule itself, which is SQL (mart_storm_odds_daily).
"""
