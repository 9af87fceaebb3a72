"""Deny policies: which would refuse a resource, and which of its fields made them.

The conditions that policies in force for flow logs' surroundings use (Microsoft: "Azure Policy
definition structure - policy rule"): allOf, anyOf, not; fields and aliases; equals, notEquals,
like, notLike, in, notIn, contains, notContains, exists; `parameters` and `concat`. Anything else in
a rule that has to be evaluated answers 501. Of assignments those at a subscription and below count:
which subscription is in which management group is not modelled.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from localazure.errors.base import NotModelled
from localazure.errors.governance import RequestDisallowedByPolicy
from localazure.policy.policies_in_force import brought_into_force, reaches, resolved
from localazure.policy.policy_assignments import ASSIGNMENTS
from localazure.server.request import Request
from localazure.state.arm_id import GROUP_TYPE, ArmId, key
from localazure.state.azure import Azure
from localazure.state.store import Resource

_GROUPS = "Microsoft.Resources/subscriptions/resourceGroups"
"""The type of a resource group, as policies name it."""
_TAG = re.compile(r"tags(?:\[['\"]?(.+?)['\"]?\]|\.(.+))")


@dataclass(frozen=True)
class Evaluated:
    """One field that a rule looked at, and the outcome."""

    field: str
    value: Any
    operator: str
    target: Any
    result: bool


@dataclass
class Refusal:
    """A deny policy that holds for a resource; `reference` is set within a set of policies."""

    assignment: Resource
    policy: Resource
    reference: str | None
    evaluated: list[Evaluated] = field(default_factory=list)

    def identifiers(self) -> dict[str, Any]:
        """As in the error of a refused request."""
        return {
            "policyAssignment": _named(self.assignment),
            "policyDefinition": _named(self.policy),
        }

    def reference_ids(self) -> dict[str, Any]:
        """As in the answer of checkPolicyRestrictions."""
        ids = {
            "policyDefinitionId": self.policy["id"],
            "policyAssignmentId": self.assignment["id"],
        }
        if self.reference is None:
            return ids
        set_id = self.assignment["properties"]["policyDefinitionId"]
        return {
            **ids,
            "policySetDefinitionId": set_id,
            "policyDefinitionReferenceId": self.reference,
        }


def refusals(azure: Azure, id_: ArmId, content: Mapping[str, Any]) -> list[Refusal]:
    """Deny policies that refuse a resource of this id and content (`type`, `location`, …)."""
    denials = []
    for refusal, values in _denying(azure, id_):
        rule = refusal.policy["properties"]["policyRule"]["if"]
        if _Evaluation(content, values, refusal.evaluated).holds(rule):
            denials.append(refusal)
    return denials


def check_policies(request: Request) -> None:
    """Raises what Azure Policy answers to a write that a deny policy refuses."""
    content = request.body
    if request.method != "PUT" or request.id.unnamed or not isinstance(content, dict):
        return
    type_ = _GROUPS if request.id.type == GROUP_TYPE else request.id.type
    full = {**content, "type": type_, "name": request.id.name}
    if denials := refusals(request.azure, request.id, full):
        raise RequestDisallowedByPolicy(request.id.name, [each.identifiers() for each in denials])


def _denying(azure: Azure, id_: ArmId) -> Iterator[tuple[Refusal, Mapping[str, Any]]]:
    """Deny policies assigned at or above an id, each with its parameters' values."""
    store = azure.store
    for assignment in store.of_type(ASSIGNMENTS, f"/subscriptions/{id_.subscription}"):
        if not reaches(assignment, str(id_)):
            continue
        for each in brought_into_force(store, assignment):
            if each.effect == "deny":
                yield Refusal(assignment, each.policy, each.reference), each.values


class _Evaluation:
    """One rule on one resource; what it looks at goes into `evaluated`."""

    def __init__(
        self, content: Mapping[str, Any], values: Mapping[str, Any], evaluated: list[Evaluated]
    ) -> None:
        self._content = content
        self._values = values
        self._evaluated = evaluated

    def holds(self, condition: Mapping[str, Any]) -> bool:
        names = {name.casefold(): value for name, value in condition.items()}
        if "allof" in names:
            return all([self.holds(each) for each in names["allof"]])
        if "anyof" in names:
            return any([self.holds(each) for each in names["anyof"]])
        if "not" in names:
            return not self.holds(names["not"])
        if "field" not in names or len(names) != 2:
            raise NotModelled(f"the policy condition {sorted(condition)}")
        operator = next(name for name in names if name != "field")
        if operator not in _OPERATORS:
            raise NotModelled(f"the policy operator '{operator}'")
        name = str(resolved(names["field"], self._values))
        target = resolved(names[operator], self._values)
        value = _value(self._content, name)
        result = _OPERATORS[operator](value, target)
        self._evaluated.append(Evaluated(name, value, operator, target, result))
        return result


def _value(content: Mapping[str, Any], name: str) -> Any:
    """The value of a field or alias; an alias is the type and a path, mostly in `properties`."""
    if tag := _TAG.fullmatch(name):
        tags = content.get("tags")
        named = tags.items() if isinstance(tags, dict) else ()
        return {key(each): value for each, value in named}.get(key(tag[1] or tag[2]))
    type_ = str(content["type"])
    if "/" not in name:
        return _path(content, name)
    if not key(name).startswith(f"{key(type_)}/"):
        return None
    path = name[len(type_) + 1 :]
    found = _path(content.get("properties") or {}, path)
    return _path(content, path) if found is None else found


def _path(value: Any, path: str) -> Any:
    for step in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = {key(name): inner for name, inner in value.items()}.get(key(step))
    return value


def _text(value: Any) -> str:
    return str(value).casefold()


def _like(value: Any, target: Any) -> bool:
    return value is not None and fnmatchcase(_text(value), _text(target))


def _among(value: Any, target: Any) -> bool:
    return _text(value) in [_text(each) for each in target]


_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "equals": lambda value, target: _text(value) == _text(target),
    "notequals": lambda value, target: _text(value) != _text(target),
    "like": _like,
    "notlike": lambda value, target: not _like(value, target),
    "in": _among,
    "notin": lambda value, target: not _among(value, target),
    "contains": lambda value, target: value is not None and _text(target) in _text(value),
    "notcontains": lambda value, target: value is None or _text(target) not in _text(value),
    "exists": lambda value, target: (value is not None) is (_text(target) == "true"),
}


def _named(resource: Resource) -> dict[str, str]:
    shown = resource["properties"].get("displayName") or resource["name"]
    return {"name": shown, "id": resource["id"]}
