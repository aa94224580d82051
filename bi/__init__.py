"""What BI tools need: the metrics as SQL, and Superset with its dashboard.

Belongs here: reading the metrics that dbt_project/models/metrics defines, and what hands them to tools. Does
not: a figure's definition (dbt), the publication (orchestration). Reads published tables; nothing in the
chain imports it.
"""
