"""Bodies that Azure will be sent by this program, and by Traffic Analytics on its behalf.

As ARM takes them, as far as a policy may look at them: tags, network access, keys.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from commands.checks.planned_writes import (
    ENDPOINTS,
    FLOW_LOGS,
    GROUPS,
    IDENTITIES,
    RULES,
    STORAGE,
    WATCHERS,
    WORKSPACES,
    by_traffic_analytics,
    flow_logs,
    places,
)
from estate.arm_id import group_id_of, key, name_of, parent_of
from plan import arm_properties
from plan.model.foundation import PlannedStorage, PlannedWatcher, PlannedWorkspace
from plan.model.plan import Plan
from plan.model.planned import Planned

API_VERSIONS = {
    GROUPS: "2024-03-01",
    WATCHERS: "2024-05-01",
    FLOW_LOGS: "2024-05-01",
    STORAGE: "2024-01-01",
    WORKSPACES: "2023-09-01",
    IDENTITIES: "2023-01-31",
    ENDPOINTS: "2022-06-01",
    RULES: "2022-06-01",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A resource to be made: its id, ARM type and content.

    ``ours`` is false for what Traffic Analytics makes, whose tags nobody can choose.
    """

    id: str
    type: str
    content: Mapping[str, Any]
    ours: bool = True

    @property
    def group_id(self) -> str:
        """The id of the resource group that it is in; of a group its own."""
        return group_id_of(self.id)


def bodies(plan: Plan) -> tuple[Body, ...]:
    """One body per resource, and one flow log per watcher: the others differ by target alone."""
    made = (_body(planned, type_, _content(planned)) for planned, type_ in places(plan))
    return (*made, *_flow_logs(plan), *_by_traffic_analytics(plan))


def _content(planned: Planned) -> dict[str, Any]:
    if isinstance(planned, PlannedStorage):
        return arm_properties.storage_account(planned)
    if isinstance(planned, PlannedWorkspace):
        return arm_properties.workspace(planned)
    return {"properties": {}} if isinstance(planned, PlannedWatcher) else {}


def _flow_logs(plan: Plan) -> Iterator[Body]:
    first = {key(parent_of(log.id)): log for log in reversed(flow_logs(plan))}
    for log in first.values():
        yield _body(log, FLOW_LOGS, arm_properties.flow_log(log, plan.foundation.workspace))


def _by_traffic_analytics(plan: Plan) -> Iterator[Body]:
    """The endpoint and the rule, in the workspace's group and region, without any tag (issue
    41515 of azure-rest-api-specs); the streams are those of a published rule."""
    destination = {"name": "workspace", "workspaceResourceId": plan.foundation.workspace.id}
    flow = {"streams": ["Microsoft-NTANetAnalytics"], "destinations": ["workspace"]}
    properties: dict[str, dict[str, Any]] = {
        ENDPOINTS: {"networkAcls": {"publicNetworkAccess": "Enabled"}},
        RULES: {"destinations": {"logAnalytics": [destination]}, "dataFlows": [flow]},
    }
    for id_, type_ in by_traffic_analytics(plan):
        content = {
            "type": type_,
            "name": name_of(id_),
            "location": plan.foundation.workspace.location,
            "properties": properties[type_],
        }
        yield Body(id=id_, type=type_, content=content, ours=False)


def _body(planned: Planned, type_: str, content: Mapping[str, Any]) -> Body:
    return Body(
        id=planned.id,
        type=type_,
        content={
            "type": type_,
            "name": planned.name,
            "location": planned.location,
            "tags": dict(planned.tags),
            **content,
        },
    )
