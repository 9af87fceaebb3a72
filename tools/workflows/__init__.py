"""Linters of the pipelines, set up once in the cache and run by `python -m tools.workflows`."""
