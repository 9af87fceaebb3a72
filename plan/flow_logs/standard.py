"""The standard of this stack's flow logs, and what an existing one lacks of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from estate.arm_id import key, region_name
from estate.model import Estate, FlowLog, TrafficAnalytics, Workspace
from stack.settings.model import Settings

OFF = TrafficAnalytics(enabled=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """What every flow log of the stack has; days in storage, minutes between analyses, a tag.

    ``unanalysed`` holds the regions without Traffic Analytics. ``workspace_guid`` is empty while
    the workspace is not made. ``former`` holds the keys of id and GUID of the stack's own workspace
    where flow logs feed a given one; ``others`` are workspaces that flow logs keep feeding, by key
    of id.
    """

    owner: str
    retention_days: int
    interval: int
    workspace_id: str
    keep_workspaces: bool
    unanalysed: frozenset[str] = frozenset()
    workspace_guid: str = ""
    workspace_region: str = ""
    former: frozenset[str] = frozenset()
    others: Mapping[str, Workspace] = field(default_factory=dict)

    def analytics(self, region: str, held: TrafficAnalytics) -> TrafficAnalytics:
        """Traffic Analytics of our flow log in a region, which at present has ``held``."""
        return OFF if region in self.unanalysed else self.into_ours(held, self.interval)

    def into_ours(self, held: TrafficAnalytics, interval: int) -> TrafficAnalytics:
        """Traffic Analytics into the stack's workspace; spelled as Azure holds it where it does."""
        same_guid = key(held.workspace_guid or "") == key(self.workspace_guid) != ""
        same_region = region_name(held.workspace_region or "") in ("", self.workspace_region)
        if held.workspace_id and self.feeds_ours(held) and same_guid and same_region:
            return replace(held, interval=interval)
        return TrafficAnalytics(enabled=True, interval=interval)

    def kept(self, held: TrafficAnalytics, interval: int) -> TrafficAnalytics:
        """Traffic Analytics into the workspace that it feeds, whose GUID and region are put right.

        Rows go by the GUID, and a wrong one, or a name in its place, loses them; as far as the
        workspace is known.
        """
        kept = replace(held, interval=interval)
        found = self.others.get(key(held.workspace_id or ""))
        if found is None:
            return kept
        if found.customer_id and key(held.workspace_guid or "") != key(found.customer_id):
            kept = replace(kept, workspace_guid=found.customer_id)
        if region_name(held.workspace_region or "") != found.location:
            kept = replace(kept, workspace_region=found.location)
        return kept

    def feeds_ours(self, analytics: TrafficAnalytics) -> bool:
        """Whether rows go to the stack's workspace."""
        own = self.workspace_id if analytics.workspace_id else self.workspace_guid
        return analytics.enabled and key(workspace_of(analytics)) == key(own) != ""

    def feeds_others(self, analytics: TrafficAnalytics) -> bool:
        """Whether rows go to a workspace that is not the stack's, nor was before."""
        fed = key(workspace_of(analytics)) if analytics.enabled else ""
        return fed not in ("", *self.former) and not self.feeds_ours(analytics)


def standard(estate: Estate, settings: Settings, workspace_id: str) -> Standard:
    """The standard of a stack whose flow logs feed the workspace of this id."""
    former = estate.former_workspace
    return Standard(
        owner=settings.owner,
        retention_days=settings.retention_days,
        interval=settings.traffic_analytics_interval,
        workspace_id=workspace_id,
        keep_workspaces=settings.existing_workspaces == "keep",
        unanalysed=settings.regions_without_traffic_analytics,
        workspace_guid=estate.workspace.customer_id if estate.workspace else "",
        workspace_region=estate.workspace.location if estate.workspace else settings.location,
        former=frozenset(map(key, (former.id, former.customer_id) if former else ())),
        others={key(found.id): found for found in estate.other_workspaces},
    )


def workspace_of(analytics: TrafficAnalytics) -> str:
    """The workspace that rows go to, by id; by GUID where an old flow log has that alone.

    Empty where none is named; a planned flow log then feeds the plan's workspace.
    """
    return analytics.workspace_id or analytics.workspace_guid or ""


INTERVALS = (10, 60)  # minutes that Traffic Analytics takes
PROVISIONING = "provisioning state "


def shortfall(flow_log: FlowLog, standard: Standard) -> Iterator[str]:
    """What a flow log that is left as it is lacks, one phrase each."""
    if not flow_log.enabled:
        yield "disabled"
    if flow_log.failed:
        yield f"{PROVISIONING}{flow_log.provisioning_state}"
    if flow_log.version != 2:
        yield f"version {flow_log.version}"
    if not flow_log.retention_enabled or not flow_log.retention_days:
        yield "no retention"
    elif flow_log.retention_days < standard.retention_days:
        yield f"retention {flow_log.retention_days} days"
    yield from _analytics_shortfall(flow_log, standard)
    if flow_log.filtering_criteria:
        yield "a filter hides traffic"
    if flow_log.record_types:
        yield f"only the records {flow_log.record_types}"


def records(flow_log: FlowLog) -> bool:
    """Whether a flow log writes anything."""
    return flow_log.enabled and not flow_log.failed


def narrowed(flow_log: FlowLog) -> bool:
    """Whether a flow log leaves out some of the traffic, by a filter or by kinds of records."""
    return bool(flow_log.filtering_criteria or flow_log.record_types)


def _analytics_shortfall(flow_log: FlowLog, standard: Standard) -> Iterator[str]:
    if not flow_log.analytics.enabled:
        yield "Traffic Analytics off"
    elif not standard.feeds_ours(flow_log.analytics):
        yield "another workspace"
    if flow_log.analytics.enabled and flow_log.analytics.interval not in (None, *INTERVALS):
        yield f"an interval of {flow_log.analytics.interval} minutes"
