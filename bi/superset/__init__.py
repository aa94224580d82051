"""Apache Superset over the published file: its pins, its configuration, the dashboard and the check that
everything of it draws.

Superset lives in an environment of its own: its pins and ours do not fit together. `python -m bi.superset`
has the commands.
"""
