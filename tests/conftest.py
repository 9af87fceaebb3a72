"""Fixtures that every room's tests share."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.estates import recorded
from tests.servers import LocalAzure
from tools.engine import locate

REPOSITORY = Path(__file__).resolve().parent.parent


LANE = "faults"  # the marker, the option and the folder of the slow matrices


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--faults``: the matrices of faults, which take longer than all the other tests."""
    parser.addoption(f"--{LANE}", action="store_true", help="run the matrices of faults alone")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out the matrices, or with ``--faults`` all else; what is named by path is run."""
    if any(f"tests/{LANE}" in argument for argument in config.args):
        return
    wanted = config.getoption(LANE)
    left_out = [item for item in items if bool(item.get_closest_marker(LANE)) != wanted]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if bool(item.get_closest_marker(LANE)) == wanted]


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


@pytest.fixture(scope="module")
def local_azure() -> Iterator[Callable[..., LocalAzure]]:
    """Starts local Azure: `local_azure(estate, **options)`, ended after the module's tests."""
    running: list[LocalAzure] = []

    def start(estate: Path, **options: object) -> LocalAzure:
        running.append(LocalAzure(estate, **options))
        return running[-1]

    yield start
    for server in running:
        server.stop()


@pytest.fixture(scope="session")
def recorded_estate(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """JSON file of an estate that really existed, built from the recorded ARM answers."""
    path = tmp_path_factory.mktemp("estate") / "recorded.json"
    path.write_text(json.dumps(recorded(shared_data)), encoding="utf-8")
    return path
