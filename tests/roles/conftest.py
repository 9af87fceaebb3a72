"""Fixtures of the tests of roles."""

from __future__ import annotations

from tests.commands.replay.conftest import azure, impact_of, rules_of
from tests.e2e.conftest import staged

__all__ = ["azure", "impact_of", "rules_of", "staged"]
