"""Fixtures for the real CLI with our own language host."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.project import Project
from tests.new_stack import new_stack
from tools.engine import locate


@pytest.fixture(scope="session")
def built_cli() -> Path:
    """The CLI with our own language host, even where PATH has the official ones."""
    found = locate.built()
    if found is None:
        pytest.skip("the engine is not built here (scripts/engine uses the CLI on PATH)")
    return found


@pytest.fixture
def project(tmp_path: Path, built_cli: Path) -> Iterator[Project]:
    """A project whose program runs with the Python of this test run."""
    folder, state = tmp_path / "project", tmp_path / "state"
    folder.mkdir()
    state.mkdir()
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("PULUMI_")
    } | {
        "PULUMI_HOME": str(tmp_path / "home"),
        "PULUMI_BACKEND_URL": f"file://{state}",
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }
    tiny = Project(built_cli, folder, environment)
    tiny.configure(f"toolchain: pip, virtualenv: {sys.prefix}")
    new_stack(built_cli, folder, environment, "dev")
    yield tiny
    assert tiny.wait_until_alone() == set()
