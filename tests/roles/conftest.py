"""Fixtures of the tests of roles."""

from __future__ import annotations

from tests.e2e.conftest import staged

__all__ = ["staged"]
