"""Existing flow logs: which are left, which are adopted, and what adoption makes of one.

Adoption brings a flow log to standard: version 2, retention, Traffic Analytics. It only raises. A
longer retention stays (off or 0 becomes ``retentionDays``, since a flow log of the standard has an
end, and is listed); identity, filter and tags are sent back as read, with our tag added; storage
stays; Traffic Analytics keeps the workspace that it feeds unless that is to move, and a GUID or
region that is not that workspace's is put right.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import replace

from estate.arm_id import group_id_of, key, name_of, parent_of
from estate.model import FlowLog, TrafficAnalytics
from plan.attachments import Attachment, level_of
from plan.flow_logs.standard import OFF, Standard
from plan.model.flow_logs import PlannedFlowLog
from plan.model.plan import Plan
from plan.ownership import Owner, owner_of, tagged
from plan.resource_identity import identity
from plan.resource_types import FLOW_LOG_TYPE
from stack.settings.model import Settings
from stack.state import State


def taken_over(
    existing: Mapping[str, FlowLog],
    settings: Settings,
    places: Iterable[Attachment],
    bare: Iterable[str],
    managed: Container[str],
) -> dict[str, FlowLog]:
    """Existing flow logs on anything that records what is wanted, unless another stack's.

    Nothing is written to ``managed`` resource groups (keys).
    """
    if settings.existing_flow_logs == "leave":
        return {}
    targets = [key(target) for place in places for target in place.recorders]
    return {
        target: existing[target]
        for target in dict.fromkeys([*targets, *map(key, bare)])
        if target in existing
        and key(group_id_of(existing[target].id)) not in managed
        and _may_take(existing[target], settings)
    }


def _may_take(flow_log: FlowLog, settings: Settings) -> bool:
    owner = owner_of(flow_log, settings.owner)
    if owner is Owner.OTHER_STACK or refusal(flow_log):
        return False
    if level_of(flow_log.target_id) != "networkSecurityGroup":
        return True
    if settings.nsg_flow_logs == "disable" and not flow_log.enabled:
        return owner is Owner.ADOPTED
    return settings.nsg_flow_logs != "ignore"


def refusal(flow_log: FlowLog) -> str:
    """Why a flow log cannot be adopted without losing something; empty where it can."""
    if flow_log.record_types:
        return (
            f"flow log {flow_log.name} records only {flow_log.record_types} (recordTypes), "
            "which this program could not send back; it is left as it is"
        )
    if not flow_log.storage_id and level_of(flow_log.target_id) == "networkSecurityGroup":
        return (
            f"flow log {flow_log.name} has no storage account any more, and an NSG flow log needs "
            "one with a shared key, which ours have not; it is left as it is"
        )
    return ""


def adopted(
    flow_log: FlowLog, standard: Standard, state: State, own_storage: str
) -> PlannedFlowLog:
    """The flow log as it should be, in place: same id, same target, same storage.

    ``own_storage`` is the id of our account for it, for a flow log that has none at all.
    """
    common = identity(FLOW_LOG_TYPE, flow_log.id, state, exists=True)
    return PlannedFlowLog(
        **common,
        location=flow_log.location,
        tags=tagged(flow_log.tags, standard.owner),
        state="adopted",
        level=level_of(flow_log.target_id),
        target_id=flow_log.target_id,
        watcher_name=name_of(parent_of(common["id"])),
        storage_id=flow_log.storage_id or own_storage,
        retention_days=_retention(flow_log, standard),
        format_type=flow_log.format_type or "JSON",
        analytics=_analytics(flow_log, standard),
        filtering_criteria=flow_log.filtering_criteria,
        identity=flow_log.identity,
    )


def relied_on(plan: Plan) -> frozenset[str]:
    """Ids of others' storage accounts and workspaces that adopted flow logs would be sent with.

    Azure refuses a flow log that names one which is gone (InvalidResourceReference).
    """
    logs = [log for log in plan.flow_logs if log.state == "adopted" and not log.untouched]
    own = {key(account.id) for account in plan.foundation.storage_accounts} | {
        key(plan.foundation.workspace.id)
    }
    named = [log.storage_id for log in logs]
    named += [log.analytics.workspace_id or "" for log in logs]
    found = {key(resource_id): resource_id for resource_id in named if resource_id}
    return frozenset(found[folded] for folded in found.keys() - own)


def switched_off(planned: PlannedFlowLog) -> PlannedFlowLog:
    """The same flow log switched off, Traffic Analytics in the same request.

    Azure then holds retention ``{0, false}`` whatever is sent (recorded: ManageNetworkWatcherTest),
    so that is what is sent.
    """
    return replace(planned, enabled=False, retention_days=0, analytics=OFF)


def _retention(flow_log: FlowLog, standard: Standard) -> int:
    kept = flow_log.retention_days if flow_log.retention_enabled else 0
    return max(kept, standard.retention_days)


def _analytics(flow_log: FlowLog, standard: Standard) -> TrafficAnalytics:
    found = flow_log.analytics
    if flow_log.location in standard.unanalysed and not found.enabled:
        return OFF
    intervals = (found.interval, standard.interval) if found.enabled else (standard.interval,)
    interval = min(minutes for minutes in intervals if minutes in (10, 60))
    if standard.keep_workspaces and standard.feeds_others(found):
        return standard.kept(found, interval)
    return standard.into_ours(found, interval)
