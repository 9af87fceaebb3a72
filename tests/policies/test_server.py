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
