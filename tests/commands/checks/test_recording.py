"""The doctor's proof of recording, and how it reads what Azure answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from commands.checks import account_reading, recording
from commands.checks.scope import scope_of
from commands.checks.workspaces import Workspace
from estate.model import FlowLog, TrafficAnalytics
from tests import estates_by_hand as hand
from tests.recordings import read_recording
from tools.lint.kql.binding import bind
from tools.lint.kql.node import ready
from tools.setup.console import SetupError

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ROWS = hand.FOREIGN_WORKSPACE.casefold()


def proof(
    log: FlowLog, rows: dict[str, datetime], created: datetime | None = None
) -> recording.Proof:
    """The line of the first flow log of two, of which the other is in another subscription."""
    twin = log.id.replace(hand.SUBSCRIPTION, hand.HOME)
    other = hand.flow_log(log.name, hand.network_id("vnet-other"), id=twin)
    estate = hand.estate(
        hand.network("vnet-app", {"web": "nsg-web"}),
        hand.network("vnet-other", {"web": None}),
        hand.security_group("nsg-web"),
        log,
        other,
    )
    settings = hand.settings(networks_without_nsg="cover")
    scope = scope_of(estate, settings, named=False)
    workspace = Workspace(
        id=ROWS, name="soc", location="westeurope", customer_id="", created=created
    )
    lines = recording.proofs(scope, {ROWS: workspace}, {ROWS: rows}, NOW)
    return next(line for line in lines if line.flow_log_id == log.id)


SHORT = "networkwatcherrg/networkwatcher_westeurope/theirs"
LONG = f"{hand.SUBSCRIPTION}/{SHORT}"
RECENT = NOW - timedelta(hours=3)


@pytest.mark.parametrize(
    ("rows", "state"),
    [
        ({LONG: RECENT}, "recording"),
        ({LONG: NOW - timedelta(hours=5)}, "silent"),
        ({SHORT: RECENT}, "unclear"),
        ({}, "silent"),
    ],
)
def test_a_row_proves_a_flow_log_only_where_it_names_no_other(
    rows: dict[str, datetime], state: str
) -> None:
    log = hand.flow_log("theirs", hand.network_id("vnet-app"))
    assert proof(log, rows).state == state


def test_rows_of_an_nsg_flow_log_name_the_security_group() -> None:
    log = hand.flow_log("theirs", hand.group_id("nsg-web"))
    assert proof(log, {f"{hand.SUBSCRIPTION}/rg-app/nsg-web": RECENT}).state == "recording"


def test_a_workspace_of_today_cannot_have_rows_yet() -> None:
    log = hand.flow_log("theirs", hand.network_id("vnet-app"))
    assert proof(log, {}, created=NOW - timedelta(hours=1)).state == "too new"
    assert proof(log, {}, created=NOW - timedelta(days=2)).state == "silent"


def test_ten_minute_flow_logs_are_given_less_time() -> None:
    log = hand.flow_log("theirs", hand.network_id("vnet-app"))
    assert recording.patience(log) == timedelta(hours=4)
    analytics = TrafficAnalytics(enabled=True, interval=10)
    fast = hand.flow_log("theirs", hand.network_id("vnet-app"), analytics=analytics)
    assert recording.patience(fast) == timedelta(minutes=90)


def test_recorded_storage_bodies_are_read(shared_data: Path) -> None:
    name = "azure-mgmt-storage-11.2.0/test_cli_mgmt_storage.test_storage.yaml"
    exchanges = read_recording(shared_data / "recordings" / name)
    monitoring = {
        ending: next(
            exchange.answer
            for exchange in exchanges
            if exchange.method == "GET" and exchange.path.endswith(ending)
        )
        for ending in ("/blobServices/default", "/managementPolicies/default", "xxyyzz")
    }
    service, policy = monitoring["/blobServices/default"], monitoring["/managementPolicies/default"]
    body = {"id": "/x/stone", "name": "stone", "location": "West Europe", "kind": "StorageV2"}
    container = {**monitoring["xxyyzz"], "name": account_reading.CONTAINERS[0]}
    read = account_reading.account(body, service, policy, [container])
    assert (read.soft_delete_days, read.versioning, read.location) == (300, False, "westeurope")
    assert "immutability policy" in read.immutable
    (rule,) = read.rules
    assert rule == account_reading.Rule(
        name="olcmtest", prefixes=("olcmtestcontainer",), deletes_after=1000.0, tier="Cool"
    )


@pytest.mark.slow
def test_the_query_binds_whichever_tables_a_workspace_has() -> None:
    try:
        ready()
    except SetupError as error:
        pytest.skip(f"no Kusto language service here: {error}")
    assert list(bind({"last rows": recording.QUERY.read_text("utf-8")}, {})) == []
