"""Built-in definitions as Microsoft publishes them, and what they say of single resources."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.guardrail.conditions import holds
from tests.guardrail.expressions import Scope, evaluate


@dataclass(frozen=True)
class Definition:
    """One policy, or a set of them (which then has ``members`` and no rule)."""

    body: Mapping[str, Any]

    @property
    def id(self) -> str:
        return str(self.body["id"])

    @property
    def parameters(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.body["properties"]["parameters"]
        return found

    @property
    def members(self) -> list[Mapping[str, Any]]:
        return list(self.body["properties"].get("policyDefinitions", []))

    @property
    def rule(self) -> Mapping[str, Any]:
        rule: Mapping[str, Any] = self.body["properties"]["policyRule"]
        return rule

    @property
    def details(self) -> Mapping[str, Any]:
        """Of a policy with related resources; keys in lower case, as their case varies."""
        given = self.rule["then"].get("details", {})
        return {name.casefold(): value for name, value in given.items()}

    @property
    def roles(self) -> set[str]:
        """GUIDs of the roles that its deployment needs."""
        return {role.rpartition("/")[2] for role in self.details.get("roledefinitionids", [])}

    def values(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Parameter values, defaults filled in, names in lower case."""
        defaults = {
            name.casefold(): rule["defaultValue"]
            for name, rule in self.parameters.items()
            if "defaultValue" in rule
        }
        return defaults | {name.casefold(): value for name, value in given.items()}


def read_definitions(data: Path) -> dict[str, Definition]:
    """All published definitions in the shared data, by id in lower case."""
    folder = data / "policy" / "built-in-policies"
    bodies = [json.loads(path.read_text()) for path in folder.rglob("*.json")]
    return {body["id"].casefold(): Definition(body) for body in bodies}


def applies(definition: Definition, scope: Scope) -> bool:
    """Whether the ``if`` of the rule holds; for an audit that is what does not comply."""
    return holds(definition.rule["if"], scope)


def related(
    definition: Definition, scope: Scope, resources: Iterable[Mapping[str, Any]]
) -> Mapping[str, Any] | None:
    """The related resource that makes a resource comply; None where there is none.

    Where a resource group is not named it is that of the resource itself.
    """
    details = definition.details
    kind = details["type"].casefold()
    name = str(evaluate(details["name"], scope)).casefold() if "name" in details else None
    group = evaluate(details.get("resourcegroupname"), scope) or scope.resource_group.get("name")
    for resource in resources:
        fits = resource["type"].casefold() == kind and _group(resource) == str(group).casefold()
        if not fits or (name is not None and _full_name(resource) != name):
            continue
        inner = Scope(
            resource=resource,
            subscription=scope.subscription,
            resource_group=scope.resource_group,
            parameters=scope.parameters,
        )
        if holds(_of_outer(details["existencecondition"], scope), inner):
            return resource
    return None


def _of_outer(condition: Any, scope: Scope) -> Any:
    """An existence condition with its expressions evaluated, which look at the first resource."""
    if isinstance(condition, dict):
        return {name: _of_outer(inner, scope) for name, inner in condition.items()}
    if isinstance(condition, list):
        return [_of_outer(inner, scope) for inner in condition]
    return evaluate(condition, scope)


def _group(resource: Mapping[str, Any]) -> str:
    parts = resource["id"].split("/")
    return parts[4].casefold() if len(parts) > 4 else ""


def _full_name(resource: Mapping[str, Any]) -> str:
    """``watcher/flowlog`` of a nested resource."""
    nested = resource["id"].split("/providers/", 1)[1].split("/")[2::2]
    return "/".join(nested).casefold()
