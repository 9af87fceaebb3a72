"""The conformance cases: `fixtures/<policy>/<case>.<verdict>.json`.

A case holds the inputs of one flow log (`properties`), or the `resources` of a stack; `source` says
where its verdict comes from or who decides otherwise. Verdicts: `pass`, `fail` (with what the
policy `says`, and what it leaves `undecided`), `unknown` and `exempt`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.policies.analyzer import FLOW_LOG, Resource

FIXTURES = Path(__file__).with_name("fixtures")
PATH_INPUTS = (
    "resourceGroupName",
    "networkWatcherName",
    "flowLogName",
    "virtualNetworkName",
    "networkSecurityGroupName",
    "networkInterfaceName",
    "subnetName",
    "accountName",
    "workspaceName",
)
"""Inputs of azure-native that its outputs lack: they are part of the id."""


@dataclass(frozen=True)
class Case:
    """One fixture."""

    policy: str
    verdict: str
    content: Mapping[str, Any]

    @property
    def says(self) -> list[str]:
        """Each line that the policy has to say."""
        return list(self.content.get("says", []))

    @property
    def undecided(self) -> list[str]:
        """Each advisory about a value that is not known."""
        return self.says if self.verdict == "unknown" else list(self.content.get("undecided", []))

    @property
    def config(self) -> dict[str, Any]:
        """Settings by policy."""
        own = {self.policy: self.content["config"]} if "config" in self.content else {}
        return {**own, **self.content.get("configs", {})}

    def flow_log(self) -> Resource:
        """The flow log of a case on a single resource."""
        return Resource(
            type=self.content.get("type", FLOW_LOG),
            properties=self.content["properties"],
            ignore_changes=self.content.get("ignoreChanges", ()),
        )

    def inputs(self) -> list[Resource]:
        """The stack as the calls for single resources see it."""
        return [_resource(item, item["inputs"]) for item in self.content["resources"]]

    def outputs(self) -> list[Resource]:
        """The stack as the call for the stack sees it."""
        return [_resource(item, _outputs(item)) for item in self.content["resources"]]


def _resource(item: Mapping[str, Any], properties: Mapping[str, Any]) -> Resource:
    return Resource(
        type=item["type"],
        properties=properties,
        name=item["name"],
        dependencies=item.get("dependencies", {}),
        provider=item.get("provider", {}),
    )


def _outputs(item: Mapping[str, Any]) -> dict[str, Any]:
    """What the provider answers (pulumi-azure-native 3, provider.go).

    Preview of a create: the inputs, everything else unknown. Of an update: the same with name and
    location. A resource that stays: its state, where the parts of the id are no properties. A new
    one that `--target` leaves out: nothing.
    """
    if item["operation"] == "left out":
        return {}
    inputs = dict(item["inputs"])
    name = next((inputs[key] for key in NAMES if key in inputs), item["name"])
    if item["operation"] == "create":
        unset = {"name": "<unknown>", "etag": "<unknown>", "enabledFilteringCriteria": "<unknown>"}
        return {**unset, **inputs, **item.get("outputs", {})}
    if item["operation"] == "same":
        inputs = {key: value for key, value in inputs.items() if key not in PATH_INPUTS}
    return {**inputs, "name": name, **item.get("outputs", {})}


NAMES = (
    "flowLogName",
    "subnetName",
    "networkSecurityGroupName",
    "networkInterfaceName",
    "accountName",
    "workspaceName",
    "virtualNetworkName",
)
"""The input that holds a resource's own name; a subnet's comes before its network's."""


def cases(kind: str) -> list[Any]:
    """Every case that holds `properties` or `resources`, as parameters for pytest."""
    found = []
    for path in sorted(FIXTURES.glob("flow-log-*/*.json")):
        content = json.loads(path.read_text())
        name, verdict, _ = path.name.rsplit(".", 2)
        if kind in content:
            policy = path.parent.name
            found.append(pytest.param(Case(policy, verdict, content), id=f"{policy}-{name}"))
    return found
