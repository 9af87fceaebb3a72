"""An existing flow log brought to standard: version 2, retention, Traffic Analytics.

Adoption only raises. A longer retention stays (off or 0 becomes ``retentionDays``, since a flow
log of the standard has an end, and is listed); identity, filter and tags are sent back as read,
with our tag added; storage stays; Traffic Analytics keeps the workspace that it feeds unless that
is to move, and a GUID or region that is not that workspace's is put right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from estate.arm_id import key, name_of, parent_of, region_name
from estate.model import FlowLog, TrafficAnalytics
from plan.attachments import level_of
from plan.flow_logs.standard import OFF, Standard, workspace_of
from plan.model.flow_logs import Adoption, Change, PlannedFlowLog
from plan.model.foundation import WorkspaceReference
from plan.model.plan import Plan
from plan.ownership import tag_of, tagged
from plan.resource_identity import identity
from plan.resource_types import FLOW_LOG_TYPE
from stack.settings.model import TAG
from stack.state import State

RETENTION, WORKSPACE = "retentionPolicy", "workspace"
FOR_EVER = ("off", "0 days")


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


def difference(before: FlowLog, after: PlannedFlowLog, own: TrafficAnalytics) -> Adoption:
    """What adoption changes, field by field, and the workspace of others that is kept beside it.

    ``own`` is Traffic Analytics into the stack's workspace.
    """
    changes = tuple(_changes(before, after, own))
    kept = workspace_of(after.analytics)
    if changes and kept and key(kept) != key(own.workspace_id or ""):
        changes = (*changes, Change(property=WORKSPACE, before=kept, after="kept"))
    return Adoption(
        id=before.id,
        target_id=before.target_id,
        imported=after.import_id is not None,
        written_by=before.written_by,
        changes=changes,
    )


def adoptions(
    adopted: Mapping[str, FlowLog],
    flow_logs: Iterable[PlannedFlowLog],
    standard: Standard,
    workspace: WorkspaceReference,
) -> tuple[Adoption, ...]:
    """Flow logs whose properties this run changes, or that it takes into the state.

    ``adopted`` are those that exist, by target's key.
    """
    own = TrafficAnalytics(
        enabled=True,
        workspace_guid=standard.workspace_guid,
        workspace_id=workspace.id,
        workspace_region=workspace.location,
    )
    differences = (
        difference(adopted[key(log.target_id)], log, own)
        for log in flow_logs
        if log.state == "adopted" and not log.untouched
    )
    return tuple(adoption for adoption in differences if adoption.changes)


def gets_an_end(adopted: Adoption) -> bool:
    """Whether records that were kept for ever will be deleted, the old ones too."""
    return any(
        change.property == RETENTION and change.before in FOR_EVER and change.after not in FOR_EVER
        for change in adopted.changes
    )


def _retention(flow_log: FlowLog, standard: Standard) -> int:
    kept = flow_log.retention_days if flow_log.retention_enabled else 0
    return max(kept, standard.retention_days)


def switched_off(planned: PlannedFlowLog) -> PlannedFlowLog:
    """The same flow log switched off, Traffic Analytics in the same request.

    Azure then holds retention ``{0, false}`` whatever is sent (recorded: ManageNetworkWatcherTest),
    so that is what is sent.
    """
    return replace(planned, enabled=False, retention_days=0, analytics=OFF)


def _analytics(flow_log: FlowLog, standard: Standard) -> TrafficAnalytics:
    found = flow_log.analytics
    if flow_log.location in standard.unanalysed and not found.enabled:
        return OFF
    intervals = (found.interval, standard.interval) if found.enabled else (standard.interval,)
    interval = min(minutes for minutes in intervals if minutes in (10, 60))
    if standard.keep_workspaces and standard.feeds_others(found):
        return standard.kept(found, interval)
    return standard.into_ours(found, interval)


def _changes(before: FlowLog, after: PlannedFlowLog, own: TrafficAnalytics) -> Iterator[Change]:
    analytics, wanted = before.analytics, after.analytics
    pairs = (
        ("enabled", str(before.enabled).lower(), str(after.enabled).lower()),
        ("format.version", str(before.version), "2"),
        ("format.type", before.format_type or "none", after.format_type),
        (
            RETENTION,
            _days(before.retention_enabled, before.retention_days),
            _days(after.enabled, after.retention_days),
        ),
        ("Traffic Analytics", _on(analytics.enabled), _on(wanted.enabled)),
        *(_feeding(analytics, wanted, own) if wanted.enabled else ()),
        ("storage account", before.storage_id or "none", after.storage_id),
        (f"tag {TAG}", tag_of(before.tags) or "none", tag_of(after.tags)),
    )
    for name, old, new in pairs:
        if key(old) != key(new):
            yield Change(property=name, before=old, after=new)


def _feeding(
    before: TrafficAnalytics, after: TrafficAnalytics, own: TrafficAnalytics
) -> Iterator[tuple[str, str, str]]:
    """Where rows go, and how often; GUID and region where they alone are put right."""
    fed = after if workspace_of(after) else own
    yield WORKSPACE, workspace_of(before) or "none", workspace_of(fed)
    if key(before.workspace_id or "") == key(fed.workspace_id or ""):
        if fed.workspace_guid:
            yield "workspace GUID", before.workspace_guid or "none", fed.workspace_guid
        held, region = before.workspace_region or "none", fed.workspace_region or "none"
        yield "workspace region", region_name(held), region_name(region)
    yield "interval", _minutes(before.interval), _minutes(after.interval)


def _days(enabled: bool, days: int) -> str:
    return f"{days} days" if enabled else "off"


def _on(enabled: bool) -> str:
    return "on" if enabled else "off"


def _minutes(interval: int | None) -> str:
    return "none" if interval is None else f"{interval} minutes"
