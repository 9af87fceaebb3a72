"""Tools of a checkout: its set-up, the Pulumi CLI, checks of queries and pipelines, the demo.

The set-up runs before any package is installed, so it needs the standard library alone.
"""
