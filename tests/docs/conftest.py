"""Fixtures of the documentation's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.world import World, world
from tools.projects import REPOSITORY
from tools.setup import environment


@pytest.fixture(scope="module")
def reader(pulumi_cli: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A reader with a checkout, logged in to local Azure."""
    if not environment.is_ready(REPOSITORY / ".venv", REPOSITORY / "requirements-dev.txt"):
        pytest.skip("this .venv is not what requirements-dev.txt asks for: run scripts/engine")
    with world(tmp_path_factory.mktemp("reader")) as found:
        yield found
