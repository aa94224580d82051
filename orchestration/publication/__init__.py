"""The parts of a publication, as `orchestration.publish` puts them together.

`folders`: where versions lie and what links to them. `relations`: what the warehouse holds, and how its rows are cut.
`tokens`: whether rows are the same. `manifest`: what a version holds, part by part. `reuse`: a database of an older version
to start from. `database` and `files`: the tables as DuckDB file and as parquet. `unpublished`: what was built since.
"""
