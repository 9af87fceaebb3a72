"""Queries on the estate of the rules, asked of a server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from localazure.operationalinsights.conversations import GROUP_TABLE, NETWORK_TABLE
from tests.localazure.contoso import ESTATE
from tests.servers import LocalAzure

RULES = ESTATE.with_name("rules.json")
SPACE = (
    "/subscriptions/00000000-0000-4000-8000-000000000010/resourceGroups/rg-retail-monitoring"
    "/providers/Microsoft.OperationalInsights/workspaces/log-contoso-retail"
)


def test_the_server_answers_queries_on_conversations(
    local_azure: Callable[..., LocalAzure],
) -> None:
    azure = local_azure(RULES)

    def asked(text: str, **more: str) -> list[list[Any]]:
        reply = azure.call("POST", f"{SPACE}/query", {"query": text, **more}, "2017-10-01")
        found: list[list[Any]] = reply.body["tables"][0]["rows"]
        return found

    by_rule = dict(asked("NTANetAnalytics | summarize count() by AclRule"))
    assert {"AllowSshFromInternetInBound", "DenyVnetInBound", "AllowFrontInBound"} <= by_rule.keys()
    assert "AllowHttpFromInternetInBound" not in by_rule
    ((whole,),) = asked("NTANetAnalytics | count")
    ((day,),) = asked("NTANetAnalytics | count", timespan="P1D")
    assert 0 < day < whole / 20
    dark = "NTANetAnalytics | where FlowLogResourceId endswith 'branch-weu-flowlog'"
    during = f"{dark} | where FlowIntervalStartTime between (ago(11d) .. ago(6d)) | count"
    assert asked(during) == [[0]]
    assert asked(during.replace("11d", "13d"))[0][0] > 0
    tables = azure.call("GET", f"{SPACE}/tables", version="2023-09-01").body["value"]
    assert {each["name"] for each in tables} == {NETWORK_TABLE, GROUP_TABLE}
    assert not [each for each in tables if "conversations" in each]
