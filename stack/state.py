"""The state of this stack: what it already holds, asked of the engine.

``import_`` on a resource that is in the state, in another letter case, would make the engine
replace it, which deletes the original in Azure; so a plan needs to know the state before it asks
to import.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from plan.resource_types import FLOW_LOG_TYPE

STACK = "pulumi:pulumi:Stack"


@dataclass(frozen=True)
class State:
    """Resources by type token and logical name, and the letter case in which ids were last sent.

    ``flow_logs`` is logical name to Azure name and target id; ``urns`` is what the engine calls
    each of ``resources``. The rest is of the last run's outputs: ``tags`` are those of the setting
    ``tags``; ``known`` is each id that they name, in lower case, to the targets that record it;
    ``discovered`` counts security groups; ``released`` are the targets (keys) of flow logs that
    were declared for the last time.
    """

    resources: frozenset[tuple[str, str]] = frozenset()
    spellings: Mapping[str, str] = field(default_factory=dict)
    flow_logs: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    urns: Mapping[tuple[str, str], str] = field(default_factory=dict)
    known: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    discovered: int = 0
    released: frozenset[str] = frozenset()

    def holds(self, type_token: str, logical_name: str) -> bool:
        """Whether a resource of this type and logical name is in the state."""
        return (type_token, logical_name) in self.resources

    def held(self, type_token: str) -> frozenset[str]:
        """Logical names of the resources of this type in the state."""
        return frozenset(name for kind, name in self.resources if kind == type_token)

    def urn(self, type_token: str, logical_name: str) -> str:
        """The engine's name for a resource in the state; empty for any other."""
        return self.urns.get((type_token, logical_name), "")

    def spelling(self, resource_id: str) -> str:
        """An id in the letter case in which the last run sent it; as given where it never did."""
        return self.spellings.get(resource_id.casefold(), resource_id)


def parse_state(resources: Mapping[str, Any], outputs_of: str = STACK) -> State:
    """The state from a map of URN to ``{type, outputs}``, as the engine's function returns it."""
    urns = {_type_and_name(urn): urn for urn in resources}
    spellings: dict[str, str] = {}
    flow_logs: dict[str, tuple[str, str]] = {}
    tags: dict[str, str] = {}
    told: Mapping[str, Any] = {}
    for urn, resource in resources.items():
        kind, name = _type_and_name(urn)
        outputs = resource.get("outputs") or {}
        if kind == outputs_of:
            ids = (_ids(value) for name, value in outputs.items() if name != "tags")
            spellings |= {text.casefold(): text for found in ids for text in found}
            tags |= outputs.get("tags") or {}
            told = outputs
        if kind == FLOW_LOG_TYPE and outputs.get("targetResourceId"):
            flow_logs[name] = (str(outputs.get("name")), str(outputs["targetResourceId"]))
    return State(frozenset(urns), spellings, flow_logs, tags, urns, **_last_run(told))


def _last_run(outputs: Mapping[str, Any]) -> dict[str, Any]:
    """What the outputs of our contract say that the last run knew."""
    logs, groups = outputs.get("flowLogs") or {}, outputs.get("networkSecurityGroups") or {}
    known: dict[str, tuple[str, ...]] = {}
    known |= {resource: () for resource in map(str.casefold, _ids(outputs.get("watchers")))}
    known |= {account.casefold(): () for account in _ids(outputs.get("storageAccounts"))}
    known |= {network: () for network in outputs.get("networks") or {}}
    known |= {target: (target,) for target in logs}
    known |= {str(log["id"]).casefold(): (target,) for target, log in logs.items()}
    known |= {group: tuple(found["targets"]) for group, found in groups.items()}
    return {
        "known": known,
        "discovered": int((outputs.get("coverage") or {}).get("discovered", 0)),
        "released": frozenset(t for t, log in logs.items() if log.get("state") == "released"),
    }


def _type_and_name(urn: str) -> tuple[str, str]:
    """``urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME`` as TYPE and NAME."""
    _, _, types, name = urn.split("::", 3)
    return types.rsplit("$", 1)[-1], name


def _ids(value: object) -> Iterator[str]:
    """ARM ids among the values of our own stack outputs; keys are lower case and tell nothing."""
    if isinstance(value, str) and value.startswith("/subscriptions/"):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _ids(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _ids(inner)
