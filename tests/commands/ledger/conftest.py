"""A shop whose recording has holes, with another network beside it that has none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from commands.ledger.__main__ import main
from tests.commands.replay import shop
from tests.commands.replay.conftest import Told
from tests.queries.traffic import Flow, Row
from tests.servers import LocalAzure

OTHER = f"{shop.NETWORK_TYPES}/virtualNetworks/vnet-other"
OTHER_LOG = f"{shop.SUBSCRIPTION}/networkwatcherrg/nw/fl-other"
WRITE = "Microsoft.Network/networkWatchers/flowLogs/write"
HOUR = timedelta(hours=1)
LOG_ID = f"{shop.WATCHER}/flowLogs/fl-shop"
EVE = "eve@contoso.example"
OWN = shop.into(shop.APP, "app", port=8080)
BESIDE = Flow(source="10.2.0.4", destination="10.2.0.5", type="IntraVNet", flow_log=OTHER_LOG)


def now() -> datetime:
    """The last whole hour in UTC, without a zone as rows have it."""
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0, tzinfo=None)


def rows(flow: Flow, silent: Iterable[range] = (), days: int = 8) -> list[Row]:
    """Rows of every hour but those so many hours ago."""
    hours = {hour for each in silent for hour in each}
    listed = shop.month(datetime.now(UTC), [flow], days=days)
    return [row for row in listed if (now() - row["FlowIntervalStartTime"]) // HOUR not in hours]


def event(hours: float, operation: str, resource: str, **more: Any) -> dict[str, Any]:
    """Something that somebody did so many hours ago, in the middle of an hour."""
    at = now() - hours * HOUR + HOUR / 2
    return {
        "eventTimestamp": f"{at.isoformat()}Z",
        "operationName": {"value": operation},
        "resourceId": resource,
        "caller": EVE,
        "status": {"value": "Succeeded"},
        **more,
    }


def other_network() -> list[dict[str, Any]]:
    """A second network of the shop, recorded to the same account and workspace."""
    subnet = {"name": "main", "properties": {"addressPrefix": "10.2.0.0/24"}}
    space = {"addressSpace": {"addressPrefixes": ["10.2.0.0/16"]}, "subnets": [subnet]}
    network = {"id": OTHER, "location": "westeurope", "properties": space}
    return [network, shop.flow_log("fl-other", OTHER)]


@pytest.fixture
def shop_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Starts the shop with rows, events and more entries."""
    running: list[LocalAzure] = []

    def start(
        listed: Iterable[Row],
        events: Iterable[dict[str, Any]] = (),
        more: Iterable[dict[str, Any]] = (),
        changes: dict[str, Any] | None = None,
        **options: object,
    ) -> None:
        log = {
            "id": f"{shop.ROOT}/providers/Microsoft.Insights/eventtypes/management",
            "events": list(events),
        }
        bodies = [*shop.estate(listed, **(changes or {})), *other_network(), log, *more]
        running.append(LocalAzure(shop.written(tmp_path, bodies), **options))
        monkeypatch.setenv("ARM_METADATA_HOSTNAME", running[-1].url)
        monkeypatch.delenv("ARM_SUBSCRIPTION_ID", raising=False)

    yield start
    for server in running:
        server.stop()


@pytest.fixture
def ledger(
    shop_with: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> Callable[..., Told]:
    """Runs the ledger of the shop with rows and more: exit code and text."""

    def run(listed: Iterable[Row], *arguments: str, **more: Any) -> Told:
        shop_with(listed, **more)
        code = main(["--subscription", shop.SUBSCRIPTION, "--days", "7", *arguments])
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return run
