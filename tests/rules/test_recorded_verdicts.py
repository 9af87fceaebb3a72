"""Network Watcher's verdicts, as recorded: a machine's rules, and what it said of a flow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rules.evaluator import Evaluator
from rules.model import Flow
from rules.tags import ServiceTags
from tests.recordings import read_recording
from tests.rules import scene

FILES = (
    "azure-libraries-for-net/CanWatchNetwork.json",
    "azure-libraries-for-net/ManageNetworkWatcherTest.json",
)
"""Those with the machine's rules, its flow and the verdict. azure-libraries-for-java has the same
verdict in testNetworkWatcherFunctions.json, without the request that it answers."""
DEFAULT = "defaultSecurityRules/"


def _answers(shared_data: Path, file: str, action: str) -> list[tuple[Any, Any]]:
    exchanges = read_recording(shared_data / "recordings" / file)
    return [
        (each.body, each.answer)
        for each in exchanges
        if each.path.endswith(f"/{action}") and each.status == 200
    ]


def _evaluator(view: dict[str, Any], own: str) -> Evaluator:
    """The machine alone, with the groups that the view has for its subnet and interface."""
    associations = view["networkInterfaces"][0]["securityRuleAssociations"]
    bodies = []
    on = {"subnetAssociation": "subnet", "networkInterfaceAssociation": "card"}
    names = dict.fromkeys(on.values(), "")
    for association, name in on.items():
        if association in associations:
            names[name] = name
            rules = associations[association]["securityRules"]
            bodies.append(scene.group(name, *rules))
    space = f"{own.rsplit('.', 1)[0]}.0/24"
    bodies.append(scene.network("n", [space], {"s": scene.subnet(space, names["subnet"])}))
    bodies.append(scene.card("c", "n/s", own, names["card"]))
    return Evaluator(scene.landscape(*bodies), ServiceTags())


def _flow(asked: dict[str, Any]) -> Flow:
    local, remote = asked["localIPAddress"], asked["remoteIPAddress"]
    ends = (local, remote) if asked["direction"] == "Outbound" else (remote, local)
    port = asked["remotePort"] if asked["direction"] == "Outbound" else asked["localPort"]
    return scene.flow(ends[0], ends[1], int(port), asked["protocol"])


@pytest.mark.parametrize("file", FILES)
def test_ip_flow_verify_and_the_evaluator_say_the_same(shared_data: Path, file: str) -> None:
    (view,) = [answer for _, answer in _answers(shared_data, file, "securityGroupView")]
    ((asked, answer),) = _answers(shared_data, file, "ipFlowVerify")
    verdict = _evaluator(view, asked["localIPAddress"]).verdict(_flow(asked))
    assert verdict.access == answer["access"]
    (end,) = verdict.ends
    assert end.rule is not None
    assert end.rule.default == answer["ruleName"].startswith(DEFAULT)
    assert end.rule.name == answer["ruleName"].removeprefix(DEFAULT)


@pytest.mark.parametrize("file", FILES)
def test_every_group_has_the_default_rules_that_azure_shows(shared_data: Path, file: str) -> None:
    (view,) = [answer for _, answer in _answers(shared_data, file, "securityGroupView")]
    shown = view["networkInterfaces"][0]["securityRuleAssociations"]["defaultSecurityRules"]
    landscape = scene.landscape(scene.group("made"), scene.group("shown", *shown))
    made, read = landscape.groups.values()
    assert [
        (r.name, r.priority, r.direction, r.access, r.sources, r.destinations)
        for r in made.rules
        if r.default
    ] == [
        (r.name, r.priority, r.direction, r.access, r.sources, r.destinations)
        for r in read.rules
        if not r.default
    ]


@pytest.mark.parametrize("source", ["8.8.8.8", "1.2.3.4"])
def test_a_recorded_rule_refuses_what_it_names(shared_data: Path, source: str) -> None:
    """DenyInternetInComing of the second recording: TCP 443 from the Internet."""
    (view,) = [answer for _, answer in _answers(shared_data, FILES[1], "securityGroupView")]
    evaluator = _evaluator(view, "192.168.2.4")
    (end,) = evaluator.verdict(scene.flow(source, "192.168.2.4", 443)).ends
    assert end.rule is not None
    assert (end.access, end.rule.name) == ("Deny", "DenyInternetInComing")
    (end,) = evaluator.verdict(scene.flow(source, "192.168.2.4", 80)).ends
    assert end.rule is not None
    assert (end.access, end.rule.name) == ("Deny", "DenyAllInBound")
