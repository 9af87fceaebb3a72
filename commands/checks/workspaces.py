"""Log Analytics workspaces that flow logs feed: there, open, and with Traffic Analytics' own rule.

Traffic Analytics makes a data collection rule and endpoint named NWTA… in the workspace's group
(network-watcher-traffic-analytics-resources, 06/12/2025). Once deleted, later flow logs succeed and
bring no data (AzureMonitorCommunity #254).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from commands.checks.finding import Check, Finding, not_known
from estate.arm_id import group_id_of, key, name_of, region_name, resource_group_of
from estate.cloud import Cloud
from estate.model import FlowLog
from estate.response_shape import RESOURCE, TIME, Needed, Shape
from plan.attachments import level_of
from wording import setting

API_VERSION = "2023-09-01"
RULES_VERSION = "2022-06-01"
STOPPED = ("overquota", "forceoff", "subscriptionsuspended")  # dataIngestionStatus (ARM schema)
CLOSED = ("disabled", "securedbyperimeter")  # publicNetworkAccessForIngestion
TAKING = ("respectquota", "approachingquota", "forceon")
TIERS = ("pergb2018", "capacityreservation", "lacluster")
OLD_TIERS = ("free", "standard", "premium", "standalone", "pernode")

_WORKSPACE: Shape = {
    **RESOURCE,
    "location": Needed(str),
    "properties": {
        "customerId": str,
        "publicNetworkAccessForIngestion": str,
        "createdDate": TIME,
        "sku": {"name": str},
        "workspaceCapping": {"dailyQuotaGb": float, "dataIngestionStatus": str},
    },
}
_RULE: Shape = {
    "id": Needed(str),
    "name": Needed(str),
    "properties": {"destinations": {"logAnalytics": [{"workspaceResourceId": str}]}},
}

_SILENT = "flow logs still say Succeeded, and no row arrives"
MISSING = Check(
    name="workspace-missing",
    severity="error",
    title="workspaces that are gone",
    why=f"what Traffic Analytics cannot deliver is lost; {_SILENT}",
)
REGION = Check(
    name="workspace-region",
    severity="error",
    title="flow logs that name a wrong region for their workspace",
    why="Azure refuses the next change of the flow log (InvalidTAWorkspaceRegion)",
)
GUID = Check(
    name="workspace-guid",
    severity="error",
    title="flow logs that name a wrong GUID for their workspace",
    why=f"rows go by the GUID; with another one, or a name in its place, {_SILENT}",
)
RULE = Check(
    name="workspace-rule",
    severity="error",
    title="workspaces without the rule of Traffic Analytics",
    why=f"rows of network flow logs come through the rule NWTA…; without it {_SILENT}, and Azure "
    "does not make it again for this workspace",
)
CAP_REACHED = Check(
    name="workspace-stopped",
    severity="error",
    title="workspaces that take nothing in",
    why="until it takes rows in again, all that would be recorded is lost",
)
CAP = Check(
    name="workspace-cap",
    severity="warning",
    title="workspaces with a daily cap",
    why="a cap drops evidence for the rest of the day, on the busiest day of all: that of an "
    "attack",
)
INGESTION = Check(
    name="workspace-ingestion",
    severity="warning",
    title="workspaces that are closed to public networks",
    why="whether rows of Traffic Analytics get into a workspace that takes in from private "
    "networks or a perimeter alone is not documented",
)
TIER = Check(
    name="workspace-tier",
    severity="warning",
    title="workspaces of an old price tier",
    why="old tiers fix the retention or cut the volume (Free: 500 MB a day, 7 days)",
)
CHECKS = (MISSING, REGION, GUID, RULE, CAP_REACHED, CAP, INGESTION, TIER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A workspace; ``quota_gb`` a day, None for no cap; ``rules`` names its own NWTA rules."""

    id: str
    name: str
    location: str
    customer_id: str
    tier: str = "PerGB2018"
    quota_gb: float | None = None
    status: str = "RespectQuota"
    ingestion: str = "Enabled"
    created: datetime | None = None
    rules: tuple[str, ...] = ()


def read(cloud: Cloud, workspace_id: str) -> Workspace | None:
    """A workspace, or None where there is none. Raises AzureError."""
    body = cloud.find(workspace_id, API_VERSION, _WORKSPACE)
    if body is None:
        return None
    group = group_id_of(workspace_id)
    path = f"{group}/providers/Microsoft.Insights/dataCollectionRules"
    return workspace(body, list(cloud.list(path, RULES_VERSION, _RULE)))


def workspace(body: Mapping[str, Any], rules: Sequence[Mapping[str, Any]]) -> Workspace:
    """A workspace from ARM's body and the data collection rules of its group."""
    properties = body.get("properties") or {}
    capping = properties.get("workspaceCapping") or {}
    quota = capping.get("dailyQuotaGb")
    return Workspace(
        id=body["id"],
        name=body["name"],
        location=region_name(body["location"]),
        customer_id=properties.get("customerId") or "",
        tier=(properties.get("sku") or {}).get("name") or "",
        quota_gb=None if quota is None or quota < 0 else float(quota),
        status=capping.get("dataIngestionStatus") or "",
        ingestion=properties.get("publicNetworkAccessForIngestion") or "Enabled",
        created=moment(properties.get("createdDate")),
        rules=tuple(rule["name"] for rule in rules if _feeds(rule, body["id"])),
    )


def moment(text: str | None) -> datetime | None:
    """A UTC time as Azure writes it, to the second; None for none."""
    return None if not text else datetime.fromisoformat(f"{text[:19]}+00:00")


def missing(workspace_id: str, logs: Sequence[FlowLog]) -> Finding:
    """The finding for a workspace that flow logs feed and Azure does not have."""
    return MISSING.found(
        workspace_id,
        f"it is gone, and flow log {logs[0].name} feeds it",
        f"recover it within 14 days: az monitor log-analytics workspace recover --name "
        f"{name_of(workspace_id)} --resource-group {resource_group_of(workspace_id)}; or let the "
        f"stack's own take its place: {setting('existingFlowLogs')} adopt, then pulumi up",
    )


def judge(found: Workspace, logs: Sequence[FlowLog]) -> Iterator[Finding]:
    """Findings on a workspace that these flow logs feed."""
    yield from _named(found, logs)
    on_networks = [log for log in logs if level_of(log.target_id) != "networkSecurityGroup"]
    if on_networks and not found.rules:
        yield RULE.found(
            found.id,
            "its resource group has no data collection rule NWTA… for it",
            "look for a tag policy that refuses the rule; if the rule was deleted, let the flow "
            f"logs feed another workspace: {setting('existingFlowLogs')} adopt and "
            f"existingWorkspaces move, then pulumi up; or "
            f"{_written_again(on_networks[0])} --workspace ID",
        )
    yield from _volume(found)
    yield from _reach(found)


def _reach(found: Workspace) -> Iterator[Finding]:
    if found.ingestion.casefold() in CLOSED:
        yield INGESTION.found(
            found.id,
            f"its publicNetworkAccessForIngestion is {found.ingestion}",
            "see in the doctor's table whether rows arrive; if not: az monitor log-analytics "
            f"workspace update --ids {found.id} --ingestion-access Enabled",
        )
    elif found.ingestion.casefold() != "enabled":
        yield not_known(found.id, "its publicNetworkAccessForIngestion", found.ingestion)


def _named(found: Workspace, logs: Sequence[FlowLog]) -> Iterator[Finding]:
    for log in logs:
        region, guid = log.analytics.workspace_region, log.analytics.workspace_guid
        if region and region_name(region) != found.location:
            yield REGION.found(
                log.id,
                f"it gives {region} for the region of workspace {found.name}, which is "
                f"{found.location}",
                f"pulumi up where the flow log is the stack's or adopted; else "
                f"{_written_again(log)} --workspace {found.id}",
            )
        if guid and key(guid) != key(found.customer_id):
            yield GUID.found(
                log.id,
                f"it gives {guid} for the GUID of workspace {found.name}, which is "
                f"{found.customer_id}",
                f"pulumi up where the flow log is the stack's or adopted; else "
                f"{_written_again(log)} --workspace {found.id}",
            )


def _volume(found: Workspace) -> Iterator[Finding]:
    if found.status.casefold() in STOPPED:
        yield CAP_REACHED.found(
            found.id,
            f"it takes nothing in ({found.status})",
            f"remove the daily cap or raise it: {_updated(found)} --quota -1",
        )
    elif found.quota_gb is not None:
        near = ", of which four fifths are used" if found.status == "ApproachingQuota" else ""
        yield CAP.found(
            found.id,
            f"it has a daily cap of {found.quota_gb:g} GB{near}",
            f"{setting('dailyQuotaGb')} 0 where the stack made the workspace, then pulumi up; else "
            f"{_updated(found)} --quota -1",
        )
    if found.status and found.status.casefold() not in (*STOPPED, *TAKING):
        yield not_known(found.id, "its dataIngestionStatus", found.status)
    if found.tier and found.tier.casefold() not in (*TIERS, *OLD_TIERS):
        yield not_known(found.id, "its price tier", found.tier)
    if found.tier.casefold() in OLD_TIERS:
        yield TIER.found(
            found.id,
            f"its price tier is {found.tier}",
            f"{_updated(found)} --sku PerGB2018",
        )


def _updated(found: Workspace) -> str:
    return f"az monitor log-analytics workspace update --ids {found.id}"


def _written_again(log: FlowLog) -> str:
    return f"az network watcher flow-log update --location {log.location} --name {log.name}"


def _feeds(rule: Mapping[str, Any], workspace_id: str) -> bool:
    if not name_of(rule["id"]).upper().startswith("NWTA"):
        return False
    destinations = (rule.get("properties") or {}).get("destinations") or {}
    ids = (each.get("workspaceResourceId") or "" for each in destinations.get("logAnalytics") or ())
    return any(key(found) == key(workspace_id) for found in ids)
