"""Runs the commands on rules against a shop of local Azure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from commands import impact, rules
from tests.commands.replay import shop
from tests.queries.traffic import Flow
from tests.servers import LocalAzure

Told = tuple[int, str]
FLOWS = (
    shop.into(shop.APP, "app", port=8080),
    shop.from_internet(),
    shop.into(shop.APP, "app", "10.1.1.99", "app", rule="DenyAll", status="D", port=22),
    shop.from_internet("203.0.113.66", rule="DenyAll", status="D", port=3389),
)


@pytest.fixture
def azure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterable[Callable[..., LocalAzure]]:
    """Starts the shop with flows of every hour, and some that ended a day ago.

    ``changes`` as ``shop.estate`` takes them.
    """
    running: list[LocalAzure] = []

    def start(
        flows: Iterable[Flow] = FLOWS,
        *,
        yesterday: Iterable[Flow] = (),
        dark: Iterable[int] = (),
        days: int = 3,
        changes: dict[str, Any] | None = None,
        **options: object,
    ) -> LocalAzure:
        now = datetime.now(UTC)
        rows = [
            *shop.month(now, flows, dark=dark, days=days),
            *shop.month(now, yesterday, dark=(0,), days=days),
        ]
        path = shop.written(tmp_path, shop.estate(rows, **(changes or {})))
        running.append(LocalAzure(path, **options))
        monkeypatch.setenv("ARM_METADATA_HOSTNAME", running[-1].url)
        monkeypatch.delenv("ARM_SUBSCRIPTION_ID", raising=False)
        return running[-1]

    yield start
    for server in running:
        server.stop()


@pytest.fixture
def impact_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Told]:
    """Runs `commands.impact` on a text or bodies of ARM: exit code, and what it printed."""

    def run(change: object, *arguments: str) -> Told:
        path = tmp_path / "change.json"
        text = change if isinstance(change, str) else json.dumps(change)
        path.write_text(text, encoding="utf-8")
        code = impact.main([str(path), "--days", "2", *arguments])
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return run


@pytest.fixture
def rules_of(capsys: pytest.CaptureFixture[str]) -> Callable[..., Told]:
    """Runs `commands.rules` on the shop."""

    def run(*arguments: str) -> Told:
        code = rules.main(["--subscription", shop.SUBSCRIPTION, "--days", "2", *arguments])
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return run
