"""Linters of the pipelines, set up once in the cache: `python -m tools.lint.workflows`."""
