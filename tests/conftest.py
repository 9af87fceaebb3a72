"""Fixtures that every room's tests share."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.estates import recorded
from tests.servers import LocalAzure
from tools.engine import locate

REPOSITORY = Path(__file__).resolve().parent.parent


STARTS = frozenset({"os.fork", "os.posix_spawn", "os.system", "subprocess.Popen"})
"""Audit events by which Python tells that it starts a process (Python's audit events table)."""
FAULTS = "faults"  # the marker, the option and the folder of the slow matrices
FAST, SLOW = "fast", "slow"  # the option, and the marker of what it leaves out
STARTERS = frozenset(
    {"browser", "built_cli", "local_azure", "pack_process", "pulumi_cli", "shared_stand_in"}
)
"""Fixtures that start a process: whoever uses one, directly or not, is slow."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--faults`` and ``--fast``, which choose another lane than the default one."""
    parser.addoption(f"--{FAULTS}", action="store_true", help="run the matrices of faults alone")
    parser.addoption(f"--{FAST}", action="store_true", help="run what starts no process alone")


def pytest_xdist_auto_num_workers() -> int:
    """Two more than processors: many tests wait, for an engine or a server that they started."""
    return (os.cpu_count() or 1) + 2


def pytest_configure(config: pytest.Config) -> None:
    """Holds the fast lane to what it promises: a test in it that starts a process fails."""
    if config.getoption(FAST):
        sys.addaudithook(_refuse_processes)


def _refuse_processes(event: str, arguments: tuple[object, ...]) -> None:
    if event in STARTS and os.environ.get("PYTEST_CURRENT_TEST"):
        raise RuntimeError(f"a test of the fast lane starts a process: mark it {SLOW}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keeps the tests of the lane; what is named by its path is run in any.

    Files with slow tests come first, so that no worker is left with one while others are idle.
    """
    named = any(f"tests/{FAULTS}" in argument for argument in config.args)
    kept = [item for item in items if named or _in_lane(item, config)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    slow = {item.path for item in kept if _slow(item)}
    items[:] = sorted(kept, key=lambda item: item.path not in slow)


def _in_lane(item: pytest.Item, config: pytest.Config) -> bool:
    if bool(item.get_closest_marker(FAULTS)) != config.getoption(FAULTS):
        return False
    return not config.getoption(FAST) or not _slow(item)


def _slow(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(item.get_closest_marker(SLOW)) or not STARTERS.isdisjoint(fixtures)


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
