"""Linters of what no usual linter reads: KQL queries and the pipelines."""
