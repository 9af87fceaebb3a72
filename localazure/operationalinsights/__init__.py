"""Microsoft.OperationalInsights: workspaces, their tables and queries, Traffic Analytics."""
