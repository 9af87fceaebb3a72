"""Assigned definitions, with their scopes and parameters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localazure.errors.base import ArmError
from localazure.policy.deployed_flow_logs import RULES, Rule, Values
from localazure.policy.policies_in_force import brought_into_force, defaults, reaches
from localazure.policy.policy_assignments import ASSIGNMENTS
from localazure.policy.policy_definitions import definition
from localazure.server.files import FileProblem, read_json
from localazure.state.arm_id import key, parse_resource
from localazure.state.estate_schema import shape_of
from localazure.state.file_shape import Misfit, check
from localazure.state.store import Resource, Store


@dataclass(frozen=True)
class Assigned:
    """One definition in force; `reference` is its name within a set."""

    rule: Rule
    values: Values
    reference: str | None
    assignment: Resource

    def covers(self, id_: str) -> bool:
        """True if a resource is in the assignment's scope and not in one that it leaves out."""
        return reaches(self.assignment, id_)


def assigned(store: Store, assignment: Resource) -> Iterator[Assigned]:
    """The definitions of RULES that an assignment brings into force."""
    for each in brought_into_force(store, assignment):
        rule = RULES.get(key(each.policy["id"]).rpartition("/")[2])
        if rule is not None and each.effect == "deployifnotexists":
            values = {name: str(value) for name, value in each.values.items()}
            yield Assigned(rule, values, each.reference, assignment)


def read_assignments(path: Path) -> list[Resource]:
    """Assignments as ARM returns them; raises FileProblem, in one line, for anything else."""
    entries = read_json(path, "policy assignments")
    if not isinstance(entries, list):
        raise FileProblem(path, "policy assignments are a JSON array")
    for number, entry in enumerate(entries, 1):
        if not _is_assignment(entry):
            raise FileProblem(path, f"entry {number} is no policy assignment as ARM returns it")
        try:
            check(entry, shape_of(ASSIGNMENTS))
            list(assigned(Store(), entry))
        except Misfit as misfit:
            raise FileProblem(path, f"entry {number}: {misfit}") from None
        except ArmError as error:
            raise FileProblem(path, f"entry {number}: {error.message}") from None
        for name in _not_given(entry):
            raise FileProblem(path, f"entry {number}: the parameter '{name}' has no value")
    return [
        {"name": parse_resource(entry["id"]).name, "type": ASSIGNMENTS, **entry}
        for entry in entries
    ]


def _is_assignment(entry: Any) -> bool:
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
        return False
    try:
        return key(parse_resource(entry["id"]).type) == key(ASSIGNMENTS)
    except ValueError:
        return False


def _not_given(assignment: Resource) -> Iterator[str]:
    """Parameters of the definition that have neither a value nor a default."""
    properties = assignment["properties"]
    policy = definition(Store(), properties["policyDefinitionId"])
    for name in policy["properties"].get("parameters") or {}:
        if name not in defaults(policy) and name not in (properties.get("parameters") or {}):
            yield name
