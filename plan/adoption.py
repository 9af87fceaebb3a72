"""An existing flow log brought to standard: version 2, retention, Traffic Analytics.

Adoption only raises. A longer retention stays (off or 0 becomes ``retentionDays``, since a flow
log of the standard has an end, and is listed); identity, filter and tags are sent back as read,
with our tag added; storage stays; Traffic Analytics keeps the workspace that it feeds unless that
is to move.
"""

from __future__ import annotations

from collections.abc import Iterator

from estate.model import FlowLog, TrafficAnalytics, key, name_of
from plan import naming
from plan.model import FLOW_LOG_TYPE, Adoption, Change, PlannedFlowLog, State
from plan.ownership import TAG
from plan.standard import Standard
from plan.targets import level_of


def refusal(flow_log: FlowLog) -> str:
    """Why a flow log cannot be adopted without losing something; empty where it can."""
    if flow_log.record_types:
        return (
            f"flow log {flow_log.name} records only {flow_log.record_types} (recordTypes), "
            "which this program could not send back; it is left as it is"
        )
    return ""


def adopted(flow_log: FlowLog, standard: Standard, state: State) -> PlannedFlowLog:
    """The flow log as it should be, in place: same id, same target, same storage."""
    spelled = state.spelling(flow_log.id)
    logical_name = naming.logical_name(flow_log.id)
    held = state.holds(FLOW_LOG_TYPE, logical_name)
    return PlannedFlowLog(
        id=spelled,
        name=name_of(spelled),
        logical_name=logical_name,
        location=flow_log.location,
        tags={**flow_log.tags, TAG: standard.owner},
        import_id=None if held else flow_log.id,
        state="adopted",
        level=level_of(flow_log.target_id),
        target_id=flow_log.target_id,
        watcher_name=name_of(spelled.rsplit("/", 2)[0]),
        storage_id=flow_log.storage_id,
        retention_days=_retention(flow_log, standard),
        format_type=flow_log.format_type or "JSON",
        analytics=_analytics(flow_log.analytics, standard),
        filtering_criteria=flow_log.filtering_criteria,
        identity=flow_log.identity,
    )


def difference(before: FlowLog, after: PlannedFlowLog, own_workspace: str) -> Adoption:
    """What adoption changes, field by field; ``own_workspace`` is the id of the stack's own."""
    return Adoption(
        id=before.id,
        target_id=before.target_id,
        changes=tuple(_changes(before, after, own_workspace)),
    )


def _retention(flow_log: FlowLog, standard: Standard) -> int:
    kept = flow_log.retention_days if flow_log.retention_enabled else 0
    return max(kept, standard.retention_days)


def _analytics(found: TrafficAnalytics, standard: Standard) -> TrafficAnalytics:
    intervals = (found.interval, standard.interval) if found.enabled else (standard.interval,)
    interval = min(minutes for minutes in intervals if minutes in (10, 60))
    elsewhere = key(found.workspace_id or "") not in ("", key(standard.workspace_id))
    if found.enabled and elsewhere and standard.keep_workspaces:
        return TrafficAnalytics(
            enabled=True,
            interval=interval,
            workspace_guid=found.workspace_guid,
            workspace_id=found.workspace_id,
            workspace_region=found.workspace_region,
        )
    return TrafficAnalytics(enabled=True, interval=interval)


def _changes(before: FlowLog, after: PlannedFlowLog, own: str) -> Iterator[Change]:
    retention = f"{before.retention_days} days" if before.retention_enabled else "off"
    analytics, wanted = before.analytics, after.analytics
    pairs = (
        ("enabled", str(before.enabled).lower(), "true"),
        ("format.version", str(before.version), "2"),
        ("retentionPolicy", retention, f"{after.retention_days} days"),
        ("Traffic Analytics", _on(analytics.enabled), "on"),
        ("workspace", analytics.workspace_id or "none", wanted.workspace_id or own),
        ("interval", _minutes(analytics.interval), _minutes(wanted.interval)),
        ("tag managed-by", before.tags.get(TAG, "none"), after.tags[TAG]),
    )
    for name, old, new in pairs:
        if key(old) != key(new):
            yield Change(property=name, before=old, after=new)


def _on(enabled: bool) -> str:
    return "on" if enabled else "off"


def _minutes(interval: int | None) -> str:
    return "none" if interval is None else f"{interval} minutes"
