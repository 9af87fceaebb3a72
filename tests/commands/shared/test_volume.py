"""What flow logs write, measured in the workspaces of local Azure and told in the summary."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.commands.steps import Pipeline, pipeline
from tools.projects import SAMPLE_ESTATE

PROD = "00000000-0000-4000-8000-000000000002"
SOC = (
    "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-hub-monitoring"
    "/providers/Microsoft.OperationalInsights/workspaces/log-contoso-soc"
)
GROUP = {
    "TimeGenerated": "-P1D",
    "SubType_s": "FlowLog",
    "NSGList_s": f"{PROD}/rg-prod-shop/nsg-shop-web",
}
NETWORK = {
    "TimeGenerated": "-P1D",
    "SubType": "FlowLog",
    "FlowLogResourceId": f"{PROD}/rg-prod-monitoring/watcher-contoso-neu"
    "/vnet-report-neu-rg-prod-erp-flowlog",
}
ROWS: dict[str, list[dict[str, Any]]] = {
    "AzureNetworkAnalytics_CL": [GROUP | {"_BilledSize": 0.01e9}],
    # On two days 0.04 GB together, and before the days that are measured far more.
    "NTANetAnalytics": [
        NETWORK | {"_BilledSize": 0.01e9},
        NETWORK | {"_BilledSize": 0.005e9},
        NETWORK | {"_BilledSize": 0.025e9, "TimeGenerated": "-P2D"},
        NETWORK | {"_BilledSize": 5e9, "TimeGenerated": "-P9D"},
    ],
}


def cost(prod: Pipeline) -> str:
    """The section on cost of a preview."""
    run = prod.run("scripts/preview prod")
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout.split("\n### Cost\n", 1)[1]


@pytest.fixture
def estate(tmp_path: Path) -> Path:
    """The sample estate with rows of two flow logs in the workspace that they feed."""
    held: list[Any] = json.loads(SAMPLE_ESTATE.read_text())
    held += [{"id": f"{SOC}/tables/{name}", "rows": rows} for name, rows in ROWS.items()]
    path = tmp_path / "estate.json"
    path.write_text(json.dumps(held))
    return path


@pytest.fixture
def prod(tmp_path: Path, estate: Path, pulumi_cli: Path) -> Iterator[Pipeline]:
    """A checkout with stack prod, not deployed yet."""
    with pipeline(tmp_path, "prod", estate=estate) as opened:
        yield opened


def test_measured_gb_stand_beside_each_flow_log_and_price_what_changes(prod: Pipeline) -> None:
    before = cost(prod)
    # Into the workspace 0.02 GB a day and 0.01; ten times that recorded, thirty days.
    assert "| `vnet-report-neu-rg-prod-erp-flowlog` | `vnet-report-neu` | 6.00 GB |" in before
    assert "| `nsg-shop-web-rg-prod-shop-flowlog` | `nsg-shop-web` | 3.00 GB |" in before
    # From 60 to 10 minutes 1.20 dollars a GB more, of its own 6 GB.
    assert "every 60 minutes → every 10 minutes | 1.20 | 12.00 | 120.00 | 6.00 GB: 7.20 |" in before
    # Seven without data count as the average of the two, 4.5 GB; 4.276 dollars a GB.
    new = "| 7 | new, Traffic Analytics every 10 minutes | 4.28 | 42.76 | 427.60 |"
    assert f"{new} 31.50 GB: 134.69 (7 estimated) |" in before

    assert prod.run("scripts/deploy prod").returncode == 0
    prod.set("trafficAnalyticsInterval", "60")
    after = cost(prod)
    assert "Newly recorded: nothing. Measured over the last 7 days: 10 flow logs" in after
    changed = "| 7 | changed, Traffic Analytics every 10 minutes → every 60 minutes | -1.20 |"
    assert changed in after


def test_a_workspace_that_may_not_be_asked_is_named_and_stops_nothing(
    tmp_path: Path, estate: Path, pulumi_cli: Path
) -> None:
    role = tmp_path / "role.json"
    hidden = ["Microsoft.OperationalInsights/workspaces/query/read"]
    role.write_text(json.dumps({"Name": "reader", "Actions": ["*/read"], "NotActions": hidden}))
    with pipeline(tmp_path, "prod", "--role", str(role), estate=estate) as prod:
        told = cost(prod)
    assert "GB: unknown until first data. Not measured: log-contoso-soc: AuthorizationF" in told
    assert "| 427.60 | unknown until first data |" in told
