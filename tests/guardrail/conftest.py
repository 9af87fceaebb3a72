"""Fixtures of the guardrail's tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.conftest import staged
from tests.guardrail.definitions import Definition, read_definitions

__all__ = ["published", "staged"]


@pytest.fixture(scope="session")
def published(shared_data: Path) -> dict[str, Definition]:
    """Microsoft's definitions by id."""
    return read_definitions(shared_data)
