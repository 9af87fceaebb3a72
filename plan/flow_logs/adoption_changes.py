"""What adoption changes, as a reader is told: property by property, before and after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from estate.arm_id import key, region_name
from estate.model import FlowLog, TrafficAnalytics
from plan.flow_logs.standard import Standard, workspace_of
from plan.model.flow_logs import Adoption, Change, PlannedFlowLog
from plan.model.foundation import WorkspaceReference
from plan.ownership import tag_of
from stack.settings.model import TAG

RETENTION, WORKSPACE, KEPT = "retentionPolicy", "workspace", "kept"
FOR_EVER = ("off", "0 days")


def difference(before: FlowLog, after: PlannedFlowLog, own: TrafficAnalytics) -> Adoption:
    """What adoption changes, field by field, and the workspace of others that is kept beside it.

    ``own`` is Traffic Analytics into the stack's workspace.
    """
    changes = tuple(_changes(before, after, own))
    kept = workspace_of(after.analytics)
    if changes and kept and key(kept) != key(own.workspace_id or ""):
        changes = (*changes, Change(property=WORKSPACE, before=kept, after=KEPT))
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
