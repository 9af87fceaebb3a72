"""The set-up of a checkout: Python environment, browser, engine; on a bare Python 3.11+.

Runs before any package is installed, so it needs the standard library alone.
"""
