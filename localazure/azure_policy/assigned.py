"""Which of the definitions are assigned, where, and with which parameters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localazure.arm_id import key, parse_resource
from localazure.azure_policy.definitions import RULES, Rule, Values
from localazure.errors import ArmError
from localazure.files import FileProblem, read_json
from localazure.store import Resource, Store
from localazure.types.policy_assignments import ASSIGNMENTS
from localazure.types.policy_definitions import definition, effect, members

_PARAMETER = re.compile(r"\[parameters\('(\w+)'\)\]")
_MANAGEMENT_GROUPS = "/providers/microsoft.management/"


@dataclass(frozen=True)
class Assigned:
    """One definition in force; `reference` is its name within a set."""

    rule: Rule
    values: Values
    reference: str | None
    scope: str
    excluded: tuple[str, ...]

    def covers(self, id_: str) -> bool:
        """Whether a resource is in the assignment's scope and not in one that it leaves out."""
        return _holds(self.scope, id_) and not any(_holds(each, id_) for each in self.excluded)


def assigned(store: Store, assignment: Resource) -> Iterator[Assigned]:
    """The definitions of RULES that an assignment brings into force."""
    properties = assignment["properties"]
    if properties.get("enforcementMode", "Default") != "Default":
        return
    scope = assignment["id"][: key(assignment["id"]).rindex(f"/providers/{key(ASSIGNMENTS)}/")]
    given = {name: each["value"] for name, each in (properties.get("parameters") or {}).items()}
    policy = definition(store, properties["policyDefinitionId"])
    inner = members(store, policy)
    singles: Iterable[tuple[str | None, Resource]] = inner.items() if inner else [(None, policy)]
    for reference, single in singles:
        passed = given if reference is None else _passed(policy, reference, given)
        wrapped = {name: {"value": value} for name, value in passed.items()}
        rule = RULES.get(key(single["id"]).rpartition("/")[2])
        if rule is not None and key(effect(single, wrapped)) == "deployifnotexists":
            values = {name: str(value) for name, value in (_defaults(single) | passed).items()}
            yield Assigned(rule, values, reference, scope, tuple(properties.get("notScopes") or ()))


def read_assignments(path: Path) -> list[Resource]:
    """Assignments as ARM returns them; raises FileProblem, in one line, for anything else."""
    entries = read_json(path, "policy assignments")
    if not isinstance(entries, list):
        raise FileProblem(path, "policy assignments are a JSON array")
    for number, entry in enumerate(entries, 1):
        if not _is_assignment(entry):
            raise FileProblem(path, f"entry {number} is no policy assignment as ARM returns it")
        try:
            list(assigned(Store(), entry))
        except ArmError as error:
            raise FileProblem(path, f"entry {number}: {error.message}") from None
        for name in _not_given(entry):
            raise FileProblem(path, f"entry {number}: the parameter '{name}' has no value")
    return [
        {"name": parse_resource(entry["id"]).name, "type": ASSIGNMENTS, **entry}
        for entry in entries
    ]


def _is_assignment(entry: Any) -> bool:
    if not isinstance(entry, dict) or not isinstance(entry.get("properties"), dict):
        return False
    named = f"/providers/{key(ASSIGNMENTS)}/" in key(str(entry.get("id")))
    return named and isinstance(entry["properties"].get("policyDefinitionId"), str)


def _not_given(assignment: Resource) -> Iterator[str]:
    """Parameters of the definition that have neither a value nor a default."""
    properties = assignment["properties"]
    policy = definition(Store(), properties["policyDefinitionId"])
    for name in policy["properties"].get("parameters") or {}:
        if name not in _defaults(policy) and name not in (properties.get("parameters") or {}):
            yield name


def _passed(policy: Resource, reference: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters that a set hands on to one of its definitions."""
    outer = _defaults(policy) | dict(given)
    for each in policy["properties"]["policyDefinitions"]:
        if each["policyDefinitionReferenceId"] == reference:
            handed = {name: inner["value"] for name, inner in each.get("parameters", {}).items()}
            return {name: _resolved(value, outer) for name, value in handed.items()}
    return {}


def _resolved(value: Any, outer: Mapping[str, Any]) -> Any:
    match = _PARAMETER.fullmatch(str(value))
    return value if match is None else outer[match[1]]


def _defaults(policy: Resource) -> dict[str, Any]:
    defined = policy["properties"].get("parameters") or {}
    return {n: each["defaultValue"] for n, each in defined.items() if "defaultValue" in each}


def _holds(scope: str, id_: str) -> bool:
    if key(scope).startswith(_MANAGEMENT_GROUPS):
        return True
    return f"{key(id_)}/".startswith(f"{key(scope)}/")
