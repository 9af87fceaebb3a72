"""Our server answers as the SDK's own would with the same policies."""

from __future__ import annotations

from typing import Any

import pytest
from flowlog_guard import build_policies
from flowlog_guard.observations import Record
from flowlog_guard.server import Analyzer
from google.protobuf.message import Message
from pulumi.runtime.proto import analyzer_pb2
from pulumi_policy import EnforcementLevel
from pulumi_policy.policy import _PolicyAnalyzerServicer
from pulumi_policy.proxy import UNKNOWN_ARRAY_VALUE, UNKNOWN_NUMBER_VALUE, UNKNOWN_OBJECT_VALUE

from tests.policies.analyzer import FLOW_LOG, Resource, analyze_request, stack_request
from tests.policies.cases import Case, cases

NO_CONTEXT: Any = None


def both() -> tuple[Any, Any]:
    """Our analyzer and the SDK's, each with policies and a record of its own."""
    mine, theirs = Record(), Record()
    level = EnforcementLevel.MANDATORY
    return (
        Analyzer("flowlog-guard", build_policies(mine), mine),
        _PolicyAnalyzerServicer("flowlog-guard", "0.0.1", build_policies(theirs), level),
    )


def answers(analyzer: Any, case: Case) -> list[Message]:
    """All answers to a case."""
    request = analyzer_pb2.ConfigureAnalyzerRequest()
    for policy in analyzer.GetAnalyzerInfo(None, NO_CONTEXT).policies:
        entry = request.policyConfig[policy.name]
        entry.enforcementLevel = policy.enforcementLevel
        entry.properties.update(case.config.get(policy.name, {}))
    analyzer.Configure(request, NO_CONTEXT)
    if "properties" in case.content:
        return [analyzer.Analyze(analyze_request(case.flow_log()), NO_CONTEXT)]
    given = [analyzer.Analyze(analyze_request(item), NO_CONTEXT) for item in case.inputs()]
    return [*given, analyzer.AnalyzeStack(stack_request(case.outputs()), NO_CONTEXT)]


@pytest.mark.parametrize("case", [*cases("properties"), *cases("resources")])
def test_same_answers(case: Case) -> None:
    mine, theirs = both()
    assert answers(mine, case) == answers(theirs, case)


SPECIAL = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"
ASSET = "c44067f5952c0a294b673a41bacd8c17"
VALUES: dict[str, Any] = {
    "a secret number": {SPECIAL: SECRET, "value": 7},
    "a secret object": {SPECIAL: SECRET, "value": {"version": 1, "days": 7, "enabled": True}},
    "a secret that is not known": {SPECIAL: SECRET, "value": UNKNOWN_NUMBER_VALUE},
    "an unknown object": UNKNOWN_OBJECT_VALUE,
    "an unknown list": UNKNOWN_ARRAY_VALUE,
    "unknown inside": {"version": UNKNOWN_NUMBER_VALUE, "days": 90, "enabled": True},
    "a file": {SPECIAL: ASSET, "text": "2"},
    "a list": [{"version": 2}, None, False],
    "null": None,
}


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("place", ["format", "retentionPolicy", "targetResourceId", "enabled"])
def test_the_same_of_values_that_are_not_plain(place: str, value: str) -> None:
    flow_log = analyze_request(Resource(FLOW_LOG, {"enabled": True, place: VALUES[value]}))
    mine, theirs = (analyzer.Analyze(flow_log, NO_CONTEXT) for analyzer in both())
    assert mine == theirs
    assert mine.diagnostics


def test_remediation_is_not_applicable() -> None:
    request = analyzer_pb2.ConfigureAnalyzerRequest()
    request.policyConfig["flow-log-enabled"].enforcementLevel = analyzer_pb2.REMEDIATE
    flow_log = analyze_request(Resource(FLOW_LOG, {"enabled": False}))
    mine, theirs = both()
    for analyzer in (mine, theirs):
        analyzer.Configure(request, NO_CONTEXT)
    answer = mine.Remediate(flow_log, NO_CONTEXT)
    assert answer == theirs.Remediate(flow_log, NO_CONTEXT)
    assert [item.policy_name for item in answer.not_applicable] == ["flow-log-enabled"]
    assert list(answer.remediations) == []


def test_other_types_are_not_read() -> None:
    """A property bag that no policy may touch: an unknown kind of special value."""
    mine, _ = both()
    signature = {"4dabf18193072939515e22adb298388d": "no such kind"}
    request = analyze_request(Resource("random:index:Text", {"value": signature}))
    assert mine.Analyze(request, NO_CONTEXT) == analyzer_pb2.AnalyzeResponse()
