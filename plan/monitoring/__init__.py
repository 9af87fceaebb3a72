"""What stands on the flow logs: saved queries, alerts, the workbook, the ingestion filter.

``monitoring.monitoring`` is what the planner takes; the texts of the queries are in ``queries/``.
"""
