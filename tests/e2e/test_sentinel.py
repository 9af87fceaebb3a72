"""Alerts become analytic rules of Microsoft Sentinel on the real engine, and alerts again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from localazure.errors.sentinel import NotOnboarded
from plan.monitoring.alerts import RULES
from tests.e2e.conftest import AfterFirstUp, Staging
from tests.e2e.refusals import calm, refusing, written
from tests.e2e.stage import Stage
from tests.e2e.test_answers import PLAIN, SOC
from tools.projects import SAMPLE_ESTATE

GIVEN = {**PLAIN, "workspaceId": SOC}
WITH = {**GIVEN, "sentinel": True}
SENTINEL = f"{SOC}/providers/Microsoft.SecurityInsights"
VERSION = "2024-09-01"
ALERTS = "2023-12-01"
REFUSAL = NotOnboarded("log-contoso-soc").message


def _rules(there: Stage) -> dict[str, Any]:
    listed = there.get(f"{SENTINEL}/alertRules", VERSION) or {}
    return {one["name"].removeprefix("flow-logs-dev-"): one for one in listed["value"]}


def _alerts(there: Stage) -> dict[str, str]:
    found: dict[str, str] = there.engine.outputs("dev")["alerts"]
    return {rule.name: found[rule.name] for rule in RULES}


def test_alerts_become_analytic_rules_and_alerts_again(
    after_first_up: AfterFirstUp, staged: Staging, tmp_path: Path
) -> None:
    """The first attempt at one of them is refused, in the form of Sentinel's own refusals."""
    after_first_up("dev", GIVEN)
    fault = refusing("*/alertRules/*fan-out", times=1, code="BadRequest", message=REFUSAL)
    faults = written(tmp_path / "faults.json", [fault])
    there = staged(SAMPLE_ESTATE, "--faults", str(faults))
    alerts = _alerts(there)
    assert all(there.get(one, ALERTS) for one in alerts.values())

    there.configure("dev", WITH)
    seen = len(there.server.writes())
    refused = there.up("dev")
    assert refused.code != 0
    (line,) = [one for one in refused.messages("error") if "update failed" not in one]
    assert f"workspace {SOC} is not onboarded to Microsoft Sentinel" in line
    assert "pulumi config rm flow-logs:sentinel" in line
    assert there.server.writes()[seen:] == []

    assert there.send("PUT", f"{SENTINEL}/onboardingStates/default", VERSION, {}) == 201
    changed = there.up("dev", "--continue-on-error")
    assert changed.code != 0
    calm(changed)
    assert any("Azure refused 1 resource" in one for one in changed.messages("warning"))
    assert set(_rules(there)) == {rule.name for rule in RULES} - {"external-fan-out"}
    assert there.up("dev").code == 0
    found = _rules(there)
    assert {one["id"] for one in found.values()} == set(_alerts(there).values())
    _as_planned(found["malicious-flow"]["properties"])
    assert not any(there.get(one, ALERTS) for one in alerts.values())
    assert dict(there.up("dev").changes) == {}

    assert there.send("DELETE", found["silent-flow-logs"]["id"], VERSION) == 200
    assert dict(there.up("dev").changes) == {"create": 1}

    there.configure("dev", GIVEN)
    assert there.up("dev").code == 0
    assert _rules(there) == {}
    assert _alerts(there) == alerts
    assert all(there.get(one, ALERTS) for one in alerts.values())
    assert dict(there.up("dev").changes) == {}


def _as_planned(rule: dict[str, Any]) -> None:
    assert (rule["severity"], rule["queryFrequency"], rule["queryPeriod"]) == (
        "High",
        "PT1H",
        "P14D",
    )
    assert (rule["tactics"], rule["techniques"]) == (
        ["InitialAccess", "CommandAndControl"],
        ["T1190", "T1071"],
    )
    assert [each["entityType"] for each in rule["entityMappings"]] == ["Host", "IP"]
    assert rule["incidentConfiguration"]["groupingConfiguration"]["matchingMethod"] == "AllEntities"
    assert "\nlet Exchanged = FlowLogsOnce_dev\n" in rule["query"]
