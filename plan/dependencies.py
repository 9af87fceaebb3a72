"""Dependencies of each resource of a plan: what a refusal stops, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from estate.arm_id import group_id_of, key, parent_of
from plan.arm_identity import assigned
from plan.flow_logs.standard import workspace_of
from plan.foundation.identities import BLOB_DATA_CONTRIBUTOR
from plan.model.flow_logs import PlannedFlowLog
from plan.model.monitoring import Monitoring
from plan.model.plan import Plan
from plan.model.planned import Planned
from plan.naming import role_assignment_id

Needs = Mapping[str, tuple[str, ...]]
_COMMENT = re.compile(r"^\s*//.*$", re.MULTILINE)


def needs(plan: Plan) -> Needs:
    """Id (key) of each resource to the ids (keys) of those of the plan that it stands on."""
    found = {}
    for planned, named in _named(plan):
        own = key(planned.id)
        within = (group_id_of(planned.id), parent_of(planned.id))
        found[own] = tuple(dict.fromkeys(key(each) for each in (*within, *named)))
    return {
        own: tuple(each for each in wanted if each in found and each != own)
        for own, wanted in found.items()
    }


def _named(plan: Plan) -> Iterator[tuple[Planned, tuple[str, ...]]]:
    """Every resource with the ids that it names, beside the group and resource that it is in."""
    workspaces = filter(None, (plan.foundation.made_workspace, plan.foundation.former_workspace))
    alone = (plan.foundation.home, *plan.foundation.groups, *plan.foundation.watchers, *workspaces)
    services = (*plan.foundation.blob_services, *plan.foundation.lifecycles)
    for planned in (*alone, *plan.foundation.storage_accounts, *services):
        yield planned, ()
    yield from _monitoring(plan.monitoring, plan.foundation.workspace.id)
    if plan.foundation.identity:
        yield plan.foundation.identity, ()
    for role in plan.foundation.role_assignments:
        yield role, (role.scope, role.identity_id)
    for log in plan.flow_logs:
        yield log, (log.storage_id, *_fed(log, plan), *_written_by(log))


def _monitoring(found: Monitoring, workspace_id: str) -> Iterator[tuple[Planned, tuple[str, ...]]]:
    told = (found.action_group.id,) if found.action_group else ()
    functions = {query.alias: query.id for query in found.queries if query.alias}

    def called(text: str) -> tuple[str, ...]:
        spoken = _COMMENT.sub("", text)
        return tuple(own for name, own in functions.items() if re.search(rf"\b{name}\b", spoken))

    for query in found.queries:
        yield query, called(query.text)
    for alert in found.alerts:
        yield alert, (workspace_id, *told, *called(alert.text))
    for rule in found.analytic_rules:
        yield rule, (workspace_id, *called(rule.text))
    for watch in found.tampering:
        yield watch, (*watch.scopes, *told)
    if found.workbook:
        yield found.workbook, (workspace_id, *called(found.workbook.content))
    if found.filter:
        yield found.filter, (workspace_id,)
    if found.action_group:
        yield found.action_group, ()


def _written_by(log: PlannedFlowLog) -> Iterator[str]:
    """The identity by which a flow log is written, and the role that this needs."""
    for identity in assigned(log.identity):
        yield identity
        yield role_assignment_id(log.storage_id, identity, BLOB_DATA_CONTRIBUTOR)


def _fed(log: PlannedFlowLog, plan: Plan) -> tuple[str, ...]:
    """The workspace that a flow log feeds, where it feeds one."""
    return (
        (workspace_of(log.analytics) or plan.foundation.workspace.id,)
        if log.analytics.enabled
        else ()
    )
