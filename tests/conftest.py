"""Fixtures that every room's tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tools.engine import locate

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of recorded ARM traffic and specifications; tests on it skip where it is absent."""
    default = REPOSITORY.parent / "shared"
    data = Path(os.environ.get("FLOW_LOGS_SHARED", default)) / "data"
    if not data.is_dir():
        pytest.skip("no recordings here: set FLOW_LOGS_SHARED to the folder that holds data/")
    return data


@pytest.fixture(scope="session")
def pulumi_cli() -> Path:
    """Path of a usable Pulumi CLI; tests on the real engine skip where there is none."""
    try:
        return locate.cli()
    except locate.NoEngineError as error:
        pytest.skip(str(error))
