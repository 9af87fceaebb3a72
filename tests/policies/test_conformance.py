"""Every decided verdict, through the engine's real protocol."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import pytest

from tests.policies.analyzer import Answer, Pack, Resource
from tests.policies.cases import FIXTURES, Case, cases

LAST = "flow-log-not-evaluated"
OTHERS = sorted((FIXTURES / "others").glob("*.json"))


@pytest.mark.parametrize("case", cases("properties"))
def test_flow_log(case: Case, pack: Pack) -> None:
    pack.configure(case.config)
    answer = pack.analyze(case.flow_log())
    if case.verdict == "exempt":
        assert answer.not_applicable == {case.policy: case.says[0]}
        assert answer.by(case.policy) == []
    else:
        assert answer.not_applicable == {}
        assert_verdict(case, answer, "mandatory")


@pytest.mark.parametrize("case", cases("resources"))
def test_stack(case: Case, pack: Pack) -> None:
    pack.configure(case.config)
    for resource in case.inputs():
        pack.analyze(resource)
    answer = pack.analyze_stack(case.outputs())
    if case.verdict == "exempt":
        assert answer.by(case.policy) == []
        assert case.says[0] in answer.by(LAST)[-1].says
    else:
        level = "advisory" if case.policy in ("flow-log-coverage", LAST) else "mandatory"
        assert_verdict(case, answer, level)


@pytest.mark.parametrize("path", OTHERS, ids=[path.name.split(".")[0] for path in OTHERS])
def test_flow_logs_of_others(path: Path, pack: Pack) -> None:
    """Each is created anew, so that a target on a network security group is judged as well."""
    content = json.loads(path.read_text())
    flow_log = Resource(content["type"], content["properties"])
    alone = pack.analyze(flow_log)
    outputs = {"name": "<unknown>", **content["properties"]}
    stack = pack.analyze_stack([Resource(content["type"], outputs)])
    said: dict[str, list[str]] = defaultdict(list)
    for item in (*alone.diagnostics, *stack.diagnostics):
        if item.policy != LAST:
            said[item.policy].append(item.says)
    assert dict(said) == content["verdicts"]


def assert_verdict(case: Case, answer: Answer, level: str) -> None:
    """The policy says all that the case tells, at its level, and what is unknown as advisories."""
    refusals = case.says if case.verdict == "fail" else []
    expected = [(level, text) for text in refusals]
    expected += [("advisory", text) for text in case.undecided]
    assert [(item.level, item.says) for item in answer.by(case.policy)] == expected


def test_every_policy_has_cases_of_both_verdicts(pack: Pack) -> None:
    for policy in pack.info.policies:
        for verdict in ("pass", "fail"):
            found = list((FIXTURES / policy.name).glob(f"*.{verdict}.json"))
            assert found, f"{policy.name} has no case that is to {verdict}"
