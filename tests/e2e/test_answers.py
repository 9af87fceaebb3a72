"""Queries, alerts and detections on the real engine: installed, changed, nobody's overwritten."""

from __future__ import annotations

from typing import Any

from queries import library
from stack.settings.model import DETECTIONS
from tests.e2e.conftest import Staging
from tests.e2e.stage import Stage

HUB, DEV = (f"00000000-0000-4000-8000-00000000000{number}" for number in (1, 3))
PLAIN: dict[str, Any] = {"location": "westeurope", "subscriptions": [DEV]}
SOC = (
    f"/subscriptions/{HUB}/resourceGroups/rg-hub-monitoring/providers"
    "/Microsoft.OperationalInsights/workspaces/log-contoso-soc"
)
SEARCHES = "2023-09-01"
RULES = "2023-12-01"
WANTED = 'FlowStatus != "Denied"'
THEIRS = {"properties": {"category": "soc", "displayName": "theirs", "query": "Heartbeat"}}


def test_queries_and_alerts_are_installed_listed_and_changed(deployed: Staging) -> None:
    there = deployed("dev", {**PLAIN, "alerts": {"emails": ["soc@contoso.test"]}})
    outputs = there.engine.outputs("dev")
    assert set(outputs["savedQueries"]) == set(library())
    for search in outputs["savedQueries"].values():
        _runs(there, outputs["workspace"]["id"], search)
    burst = _burst(there, outputs)
    assert "let Threshold = 1000;" in burst["criteria"]["allOf"][0]["query"]
    assert burst["actions"]["actionGroups"][0].endswith("/actionGroups/flow-logs-dev-alerts")
    book = there.get(outputs["workbookId"], "2023-06-01")
    assert book is not None
    assert book["properties"]["sourceId"] == outputs["workspace"]["id"].casefold()
    tampering = outputs["alerts"][f"tampering-{DEV}"]
    assert there.get(tampering, "2020-10-01") is not None
    assert dict(there.up("dev").changes) == {}

    asked = {"deniedFlowsThreshold": 50, "detections": [*DETECTIONS]}
    change = {"alerts": asked, "ingestionFilter": WANTED}
    there.configure("dev", {**PLAIN, **change})
    changed = there.up("dev")
    assert changed.code == 0, changed.stdout
    assert (
        changed.changes["replace"] == 2
    )  # saved searches: the burst, and what measures the filter
    search = _properties(there, outputs["savedQueries"]["denied-burst"])
    assert "let Threshold = 50;" in search["query"]
    assert "let Threshold = 50;" in _burst(there, outputs)["criteria"]["allOf"][0]["query"]
    _every_detection_is_an_alert(there)
    _the_filter_is_linked_by_the_next_run(there, outputs["workspace"]["id"])


def _runs(there: Stage, workspace: str, search: str) -> None:
    """A saved query is asked as a reader would, on the functions that are saved beside it."""
    saved = _properties(there, search)
    text = saved.get("functionAlias") or saved["query"]
    assert there.send("POST", f"{workspace}/query", "2017-10-01", {"query": text}) == 200, search


def _every_detection_is_an_alert(there: Stage) -> None:
    raised = there.engine.outputs("dev")["alerts"]
    found = {name: _properties(there, raised[name], RULES) for name in DETECTIONS}
    (criterion,) = found["spreading-inside"]["criteria"]["allOf"]
    assert "let BaselineFrom = ago(2d);" in criterion["query"]
    assert found["beaconing"]["evaluationFrequency"] == "P1D"
    assert {
        each["overrideQueryTimeRange"]
        for each in found.values()
        if "overrideQueryTimeRange" in each
    } == {"P2D"}


def _the_filter_is_linked_by_the_next_run(there: Stage, workspace: str) -> None:
    assert "defaultDataCollectionRuleResourceId" not in _properties(there, workspace)
    assert dict(there.up("dev").changes) == {"update": 1}
    rule = _properties(there, workspace)["defaultDataCollectionRuleResourceId"]
    (flow,) = _properties(there, rule, "2022-06-01")["dataFlows"]
    assert flow["transformKql"] == f"source | where {WANTED}"
    assert dict(there.up("dev").changes) == {}


def _burst(there: Stage, outputs: dict[str, Any]) -> dict[str, Any]:
    return _properties(there, outputs["alerts"]["denied-burst-inside"], RULES)


def _properties(there: Stage, resource: str, version: str = SEARCHES) -> dict[str, Any]:
    found = there.get(resource, version)
    assert found is not None
    properties: dict[str, Any] = found["properties"]
    return properties


def test_nothing_of_the_owners_is_overwritten_in_a_given_workspace(staged: Staging) -> None:
    there = staged()
    taken = f"{SOC}/savedSearches/flow-logs-dev-top-denied"
    own = f"{SOC}/savedSearches/soc-own"
    for path in (taken, own):
        there.send("PUT", path, SEARCHES, THEIRS)
    before = [there.get(path, SEARCHES) for path in (taken, own, SOC)]
    there.stack("dev", {**PLAIN, "workspaceId": SOC})

    done = there.up("dev")
    assert done.code == 0, done.stdout
    assert any("not ours, so it is left as it is" in line for line in done.messages("info"))
    assert [there.get(path, SEARCHES) for path in (taken, own, SOC)] == before
    outputs = there.engine.outputs("dev")
    assert "top-denied" not in outputs["savedQueries"]
    function = there.get(outputs["savedQueries"]["flows"], SEARCHES)
    assert function is not None
    assert function["properties"]["functionAlias"] == "FlowLogs_dev"
    assert dict(there.up("dev").changes) == {}

    assert there.engine.operate("destroy", "dev", "--exclude-protected").code == 0
    assert [there.get(path, SEARCHES) for path in (taken, own, SOC)] == before
    assert there.get(outputs["savedQueries"]["flows"], SEARCHES) is None


def test_a_function_of_the_owners_under_our_alias_stops_the_run(staged: Staging) -> None:
    there = staged()
    function = {"properties": {**THEIRS["properties"], "functionAlias": "FlowLogs_dev"}}
    there.send("PUT", f"{SOC}/savedSearches/soc-own", SEARCHES, function)
    there.stack("dev", {**PLAIN, "workspaceId": SOC})
    writes = len(there.server.writes())
    done = there.preview("dev")
    assert done.code != 0
    assert any("has a function FlowLogs_dev already" in line for line in done.messages("error"))
    assert len(there.server.writes()) == writes
