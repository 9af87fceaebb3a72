"""The planted estate on local Azure, and what the ledger says of it."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from commands.ledger.__main__ import main
from tests.commands.ledger import planted
from tests.commands.ledger.causes import PLANTED, TABLES
from tests.servers import LocalAzure

Told = tuple[int, str, str]
"""Exit code, what was printed, and what was complained of."""


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the planted estate."""
    path = tmp_path_factory.mktemp("planted") / "estate.json"
    path.write_text(json.dumps(planted.estate([plant for plant, _ in PLANTED], TABLES)))
    return path


@pytest.fixture(scope="module")
def azure(estate: Path) -> Iterator[LocalAzure]:
    """Local Azure with the planted estate, which the variables of the process lead to."""
    with pytest.MonkeyPatch.context() as patch, _serving(estate, patch) as server:
        yield server


@pytest.fixture
def reader(azure: LocalAzure, estate: Path, tmp_path: Path) -> Iterator[None]:
    """The same, for somebody who may not read the activity log."""
    role = tmp_path / "role.json"
    denied = ["Microsoft.Insights/eventtypes/*"]
    document = {"Name": "Reader", "Actions": ["*/read"], "NotActions": denied}
    role.write_text(json.dumps(document), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch, _serving(estate, patch, role=role):
        yield


@contextlib.contextmanager
def _serving(estate: Path, patch: pytest.MonkeyPatch, **options: object) -> Iterator[LocalAzure]:
    server = LocalAzure(estate, **options)
    patch.setenv("ARM_METADATA_HOSTNAME", server.url)
    patch.delenv("ARM_SUBSCRIPTION_ID", raising=False)
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="module")
def ledger(azure: LocalAzure) -> Callable[..., Told]:
    """Runs the ledger over a week."""

    def run(*arguments: str) -> Told:
        printed, complained = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(complained):
            code = main(["--subscription", planted.SUBSCRIPTION, "--days", "7", *arguments])
        return code, printed.getvalue(), complained.getvalue()

    return run


@pytest.fixture(scope="module")
def document(ledger: Callable[..., Told]) -> dict[str, Any]:
    """The ledger as JSON."""
    found: dict[str, Any] = json.loads(ledger("--json", "-")[1])
    return found
