"""Policies that an assignment brings into force, with their scope and parameter values.

Microsoft: "Azure Policy assignment structure" (`enforcementMode`, excluded scopes) and "Azure
Policy initiative definition structure" (parameters that a set hands on to its policies).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from localazure.errors.base import NotModelled
from localazure.policy.policy_definitions import definition, effect, members
from localazure.state.arm_id import inside, parse_resource
from localazure.state.store import Resource, Store

_PARAMETER = re.compile(r"parameters\('(\w+)'\)")
_CONCAT = re.compile(r"\[concat\((.*)\)\]")


@dataclass(frozen=True)
class InForce:
    """A single policy; `reference` is its name within a set, `effect` in lower case."""

    policy: Resource
    reference: str | None
    effect: str
    values: Mapping[str, Any]
    """By the parameter's name: what it is given, else its default; neither where it has none."""


def reaches(assignment: Resource, id_: str) -> bool:
    """True if a resource is in the assignment's scope and not in one that it leaves out."""
    left_out = assignment["properties"].get("notScopes") or ()
    scope = parse_resource(assignment["id"]).group_id
    return inside(id_, scope) and not any(inside(id_, each) for each in left_out)


def brought_into_force(store: Store, assignment: Resource) -> Iterator[InForce]:
    """The policies of an assignment: none of one that is not enforced.

    Raises PolicyDefinitionNotFound; NotModelled for an expression that a set hands on.
    """
    properties = assignment["properties"]
    if properties.get("enforcementMode", "Default") != "Default":
        return
    policy = definition(store, properties["policyDefinitionId"])
    inner = members(store, policy)
    singles: Iterable[tuple[str | None, Resource]] = inner.items() if inner else [(None, policy)]
    given = properties.get("parameters") or {}
    for reference, single in singles:
        wrapped = given if reference is None else _handed_on(policy, reference, given)
        values = {**defaults(single), **_plain(wrapped)}
        yield InForce(single, reference, effect(single, wrapped).casefold(), values)


def defaults(policy: Resource) -> dict[str, Any]:
    """Default values by name, of the parameters that have one."""
    defined = policy["properties"].get("parameters") or {}
    return {n: each["defaultValue"] for n, each in defined.items() if "defaultValue" in each}


def resolved(text: Any, values: Mapping[str, Any]) -> Any:
    """A value of a definition with its expression worked out; NotModelled for others than these."""
    if not isinstance(text, str) or not text.startswith("["):
        return text
    if match := _PARAMETER.fullmatch(text[1:-1]):
        return values.get(match[1])
    match = _CONCAT.fullmatch(text)
    if match is None:
        raise NotModelled(f"the policy expression {text}")
    return "".join(str(_argument(part, values)) for part in re.split(r",\s*", match[1]))


def _argument(part: str, values: Mapping[str, Any]) -> Any:
    match = _PARAMETER.fullmatch(part)
    if match:
        return values.get(match[1])
    if part.startswith("'") and part.endswith("'"):
        return part[1:-1]
    raise NotModelled(f"the policy expression {part}")


def _handed_on(policy: Resource, reference: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters that a set hands on to one of its policies, as an assignment gives them."""
    outer = {**defaults(policy), **_plain(given)}
    for each in policy["properties"]["policyDefinitions"]:
        if each["policyDefinitionReferenceId"] == reference:
            handed = each.get("parameters") or {}
            return {n: {"value": resolved(inner["value"], outer)} for n, inner in handed.items()}
    return {}


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: each["value"] for name, each in values.items() if "value" in each}
