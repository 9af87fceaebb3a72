"""Azure Policy's part on local Azure: looks at what there is, and deploys by the definitions.

Acts on what the guardrail has assigned (parameters, excluded scopes, resource selectors), with
Microsoft's published definitions and their own templates. What Azure does in the course of a day
happens in one call.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import requests

from tests.e2e.stage import Stage
from tests.guardrail.definitions import Definition, applies, related
from tests.guardrail.expressions import MissingResourceError, Scope, evaluate

SUBSCRIPTIONS = "Microsoft.Resources/subscriptions"
_LISTED = {
    "Microsoft.Network/networkSecurityGroups": "2024-05-01",
    "Microsoft.Network/networkWatchers": "2024-05-01",
    "Microsoft.Network/virtualNetworks": "2024-05-01",
    "Microsoft.OperationalInsights/workspaces": "2023-09-01",
    "Microsoft.Storage/storageAccounts": "2024-01-01",
}
_FLOW_LOGS = "Microsoft.Network/networkWatchers/flowLogs"
_WHOLE = ("days", "trafficAnalyticsInterval")

Resource = Mapping[str, Any]


@dataclass(frozen=True)
class Finding:
    """A resource that did not comply, and what was made for it; ``error`` is why it failed."""

    policy: str
    resource: str
    deployed: tuple[str, ...] = ()
    error: str = ""


@dataclass(frozen=True)
class AzurePolicy:
    """The engine of one tenant."""

    there: Stage
    definitions: Mapping[str, Definition]
    subscriptions: tuple[str, ...]

    def act(self, assignment_id: str) -> list[Finding]:
        """What does not comply with an assignment, after deploying where a policy deploys."""
        assignment = self.there.get(assignment_id, "2025-01-01")
        assert assignment is not None, assignment_id
        properties = assignment["properties"]
        world = self.world()
        return [
            self._deploy(definition, self._scope(resource, values))
            for definition, values in self._assigned(properties)
            for resource in self.violations(definition, values, world)
            if _selected(properties, resource)
        ]

    def violations(
        self, definition: Definition, values: Mapping[str, Any], world: list[Resource]
    ) -> list[Resource]:
        """Resources of a world that do not comply with a policy under these parameter values."""
        return [
            resource
            for resource in world
            if not _complies(definition, self._scope(resource, values), world)
        ]

    def world(self) -> list[Resource]:
        """Everything that the policies look at, subscriptions among it."""
        found: list[Resource] = []
        for subscription in self.subscriptions:
            start = f"/subscriptions/{subscription}"
            body = self.there.get(start, "2022-12-01") or {}
            found.append({**body, "type": SUBSCRIPTIONS})
            for kind, version in _LISTED.items():
                listed = self.there.get(f"{start}/providers/{kind}", version) or {"value": []}
                found += [{**each, "type": kind} for each in listed["value"]]
            logs = self.there.flow_logs(subscription).values()
            found += [{**each, "type": _FLOW_LOGS} for each in logs]
        return found

    def _assigned(
        self, properties: Mapping[str, Any]
    ) -> Iterator[tuple[Definition, dict[str, Any]]]:
        """Each policy of the assignment with its parameter values."""
        policy = self.definitions[properties["policyDefinitionId"].casefold()]
        given = {name: item["value"] for name, item in properties.get("parameters", {}).items()}
        values = policy.values(given)
        if not policy.members:
            yield policy, values
        for member in policy.members:
            inner = self.definitions[member["policyDefinitionId"].casefold()]
            passed = {name: item["value"] for name, item in member["parameters"].items()}
            yield inner, inner.values(evaluate(passed, Scope(parameters=values)))

    def _scope(self, resource: Resource, values: Mapping[str, Any]) -> Scope:
        parts = resource["id"].split("/")
        start = "/".join(parts[:5])
        group = {"id": start, "name": parts[4]} if len(parts) > 4 else {}
        subscription = {"id": "/".join(parts[:3]), "subscriptionId": parts[2]}
        return Scope(resource, subscription, group, values, reference=self._found)

    def _found(self, id_: str) -> Resource | None:
        kind = "/".join(id_.split("/")[6:8])
        return self.there.get(id_, _LISTED[kind])

    def _deploy(self, definition: Definition, scope: Scope) -> Finding:
        deployment = definition.details["deployment"]["properties"]
        given = {name: item["value"] for name, item in deployment["parameters"].items()}
        inner = scope.within(evaluate(given, scope), deployment["template"].get("variables", {}))
        made: list[str] = []
        try:
            for template in _resources(deployment["template"], inner, ""):
                made.append(self._put(*template))
        except (MissingResourceError, requests.HTTPError) as error:
            return Finding(definition.id, scope.resource["id"], tuple(made), str(error))
        return Finding(definition.id, scope.resource["id"], tuple(made))

    def _put(self, id_: str, version: str, body: Any) -> str:
        answer = requests.put(
            f"{self.there.url}{id_}",
            params={"api-version": version},
            headers={"Authorization": "Bearer policy"},
            json=body,
            timeout=30,
        )
        if answer.status_code >= 400:
            raise requests.HTTPError(answer.json()["error"]["code"])
        return id_


def _complies(definition: Definition, scope: Scope, world: list[Resource]) -> bool:
    if not applies(definition, scope):
        return True
    if "existencecondition" not in definition.details:
        return False
    own = f"{scope.subscription['id']}/".casefold()
    near = [each for each in world if f"{each['id']}/".casefold().startswith(own)]
    return related(definition, scope, near) is not None


def _selected(properties: Mapping[str, Any], resource: Resource) -> bool:
    """Whether an assignment looks at a resource: not excluded, and any of its selectors fits."""
    own = f"{resource['id']}/".casefold()
    if any(own.startswith(f"{scope}/".casefold()) for scope in properties["notScopes"]):
        return False
    selectors = properties.get("resourceSelectors") or []
    fits = [all(_fits(inner, resource) for inner in each["selectors"]) for each in selectors]
    return not selectors or any(fits)


def _fits(selector: Mapping[str, Any], resource: Resource) -> bool:
    if selector["kind"] == "resourceLocation":
        return str(resource.get("location")) in selector["in"]
    assert selector == {"kind": "resourceWithoutLocation", "in": ["subscriptionLevelResources"]}
    return str(resource["type"]) == SUBSCRIPTIONS


def _resources(
    template: Mapping[str, Any], scope: Scope, group: str
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Id, API version and body of each resource of a template, nested deployments unfolded.

    Inner templates are evaluated in the outer scope, as is Azure's default.
    """
    for resource in template["resources"]:
        if not evaluate(resource.get("condition", True), scope):
            continue
        if resource["type"] == "Microsoft.Resources/deployments":
            inner = evaluate(resource.get("resourceGroup", group), scope)
            yield from _resources(resource["properties"]["template"], scope, inner)
            continue
        body = evaluate(
            {
                name: resource[name]
                for name in ("location", "properties", "sku", "kind")
                if name in resource
            },
            scope,
        )
        id_ = _id(resource["type"], evaluate(resource["name"], scope), scope, group)
        yield id_, resource["apiVersion"], _typed(body)


def _id(kind: str, name: str, scope: Scope, group: str) -> str:
    start = str(scope.subscription["id"])
    if kind == "Microsoft.Resources/resourceGroups":
        return f"{start}/resourceGroups/{name}"
    namespace, *types = kind.split("/")
    pairs = zip(types, name.split("/"), strict=True)
    nested = "/".join(part for pair in pairs for part in pair)
    return f"{start}/resourceGroups/{group}/providers/{namespace}/{nested}"


def _typed(value: Any, name: str = "") -> Any:
    """Texts as the numbers and booleans that Azure reads from them; local Azure is stricter."""
    if isinstance(value, dict):
        return {key: _typed(item, key) for key, item in value.items()}
    if name in _WHOLE and isinstance(value, str):
        return int(value)
    return value == "true" if name == "enabled" and isinstance(value, str) else value
