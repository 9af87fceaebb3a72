"""Actions of each role and why, from `actions.json` (by hand) and `steps.json` (measured).

`actions.json`: one entry per action and place; `roles` says which definitions hold it, `where` the
scope that it is needed at (keys of `PLACES`), `documented` that Network Watcher's page on rights
lists it, `call` the request that the action is of where local Azure answers it whoever asks.
`steps.json`: for each action that is taken away, the step that fails first and what it says.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
SCOPE = "/providers/Microsoft.Management/managementGroups/contoso"
"""Assignable scope of the definitions as they are here; to be replaced by one's own."""

GUARDRAIL = "guardrail"
"""First word of the steps of the guardrail."""

PLACES = {
    "each": "each subscription with networks",
    "own": "the stack's own subscription",
    "data": "each workspace that flow logs feed",
    "scope": "what is guarded",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One action of a resource provider."""

    name: str
    roles: tuple[str, ...]
    where: str
    why: str
    documented: bool = False
    call: str = ""

    @property
    def key(self) -> str:
        """Its name in `steps.json`: the guardrail's own steps stand apart."""
        return f"{self.name} ({GUARDRAIL})" if self.where == "scope" else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The first step that fails without an action, and the start of the line that it prints."""

    step: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A custom role; `where` limits it to the actions of some places."""

    key: str
    title: str
    description: str
    holds: str
    where: tuple[str, ...]

    @property
    def file(self) -> Path:
        """The definition, in the form that `az role definition create` takes."""
        return FOLDER / f"{self.key}.json"

    def has(self, action: Action) -> bool:
        """True if an action is in the role."""
        return self.holds in action.roles and action.where in self.where

    def actions(self) -> tuple[Action, ...]:
        """Its actions, in order of their names."""
        return tuple(filter(self.has, actions()))


ROLES = (
    Role(
        key="flow-logs-preview",
        title="Flow logs preview",
        description="Reads what a preview of flow-logs reads; changes nothing.",
        holds="preview",
        where=("each", "own"),
    ),
    Role(
        key="flow-logs-deployment",
        title="Flow logs deployment",
        description="Makes flow logs on networks, and what they need, with flow-logs.",
        holds="deployment",
        where=("each", "own"),
    ),
    Role(
        key="flow-logs-deployment-nsg",
        title="Flow logs deployment with NSG flow logs",
        description="As 'Flow logs deployment', and changes flow logs on security groups.",
        holds="deployment-nsg",
        where=("each", "own"),
    ),
    Role(
        key="flow-logs-networks",
        title="Flow logs networks",
        description="The part of 'Flow logs deployment' for subscriptions with networks alone.",
        holds="deployment",
        where=("each",),
    ),
    Role(
        key="flow-logs-rules",
        title="Flow logs rules",
        description="Reads security rules and recorded flows with flow-logs; changes nothing.",
        holds="rules",
        where=("each", "data"),
    ),
    Role(
        key="flow-logs-identity",
        title="Flow logs identity",
        description="Beside a deployment role: the managed identity of flow logs, and its role.",
        holds="identity",
        where=("own",),
    ),
    Role(
        key="flow-logs-guardrail",
        title="Flow logs guardrail",
        description="Assigns the policies of flow-logs-guardrail and the roles of identities.",
        holds="guardrail",
        where=("scope",),
    ),
)


@cache
def actions() -> tuple[Action, ...]:
    """Every action, in order of the names."""
    entries = json.loads((FOLDER / "actions.json").read_text(encoding="utf-8"))
    listed = (Action(**{**entry, "roles": tuple(entry["roles"])}) for entry in entries)
    return tuple(sorted(listed, key=lambda action: action.name.casefold()))


@cache
def steps() -> Mapping[str, Step]:
    """The measured step of each action that has one."""
    entries = json.loads((FOLDER / "steps.json").read_text(encoding="utf-8"))
    return {name: Step(**entry) for name, entry in entries.items()}


def definition(role: Role) -> dict[str, object]:
    """The role definition."""
    return {
        "Name": role.title,
        "IsCustom": True,
        "Description": role.description,
        "Actions": [action.name for action in role.actions()],
        "NotActions": [],
        "DataActions": [],
        "NotDataActions": [],
        "AssignableScopes": [SCOPE],
    }
