"""Small estates for tests, built record by record; ids are ARM's, names plainly fictional."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from estate.identity import Identity
from estate.model import (
    Estate,
    FlowLog,
    NetworkInterface,
    NetworkSecurityGroup,
    NetworkWatcher,
    Subnet,
    Subscription,
    TrafficAnalytics,
    VirtualNetwork,
)
from plan.model.flow_logs import PlannedFlowLog
from plan.model.plan import Plan
from stack.settings.model import Filter, Settings

HOME = "00000000-0000-4000-8000-0000000000aa"
SUBSCRIPTION = "00000000-0000-4000-8000-0000000000bb"
TENANT = "00000000-0000-4000-8000-0000000000ff"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-app"
WATCHER = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/NetworkWatcherRG/providers/Microsoft.Network"
    "/networkWatchers/NetworkWatcher_westeurope"
)
FOREIGN_WORKSPACE = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-soc/providers"
    "/Microsoft.OperationalInsights/workspaces/soc"
)


def settings(**changes: Any) -> Settings:
    """Settings of stack ``dev`` in westeurope, with changes."""
    identity = Identity(subscription_id=HOME)
    plain = Settings(
        stack="dev", location="westeurope", identity=identity, subscriptions=(SUBSCRIPTION,)
    )
    return replace(plain, **changes)


def tagged(**tags: str) -> Filter:
    """A filter on tags, one value each."""
    return Filter(tags={name: (value,) for name, value in tags.items()})


def network_id(name: str) -> str:
    """The id of a virtual network."""
    return f"{GROUP}/providers/Microsoft.Network/virtualNetworks/{name}"


def group_id(name: str) -> str:
    """The id of a network security group."""
    return f"{GROUP}/providers/Microsoft.Network/networkSecurityGroups/{name}"


def interface_id(name: str) -> str:
    """The id of a network interface."""
    return f"{GROUP}/providers/Microsoft.Network/networkInterfaces/{name}"


def network(
    name: str, subnets: Mapping[str, str | None], location: str = "westeurope", **tags: str
) -> VirtualNetwork:
    """A network whose subnets carry the named security groups (None: no group)."""
    made = tuple(
        Subnet(
            id=f"{network_id(name)}/subnets/{subnet}",
            name=subnet,
            security_group_id=group_id(group) if group else None,
        )
        for subnet, group in subnets.items()
    )
    return VirtualNetwork(
        id=network_id(name), name=name, location=location, subnets=made, tags=tags
    )


def security_group(name: str, location: str = "westeurope", **tags: str) -> NetworkSecurityGroup:
    """A security group without back references."""
    return NetworkSecurityGroup(id=group_id(name), name=name, location=location, tags=tags)


def interface(name: str, group: str, subnet: str) -> NetworkInterface:
    """A network interface with a security group, in ``network/subnet``."""
    vnet, inner = subnet.split("/")
    return NetworkInterface(
        id=interface_id(name),
        name=name,
        location="westeurope",
        security_group_id=group_id(group),
        subnet_ids=(f"{network_id(vnet)}/subnets/{inner}",),
    )


def watcher(location: str = "westeurope", watcher_id: str = "") -> NetworkWatcher:
    """A watcher; without an id by Azure's own name."""
    default = f"{WATCHER.rsplit('_', 1)[0]}_{location}"
    found = watcher_id or default
    return NetworkWatcher(id=found, name=found.rsplit("/", 1)[-1], location=location)


def flow_log(name: str, target: str, **changes: Any) -> FlowLog:
    """A flow log of somebody else's that meets the standard, with changes."""
    good = FlowLog(
        id=f"{WATCHER}/flowLogs/{name}",
        name=name,
        location="westeurope",
        target_id=target,
        storage_id=f"{GROUP}/providers/Microsoft.Storage/storageAccounts/theirs",
        enabled=True,
        version=2,
        format_type="JSON",
        retention_enabled=True,
        retention_days=90,
        analytics=TrafficAnalytics(
            enabled=True,
            interval=60,
            workspace_guid="00000000-0000-4000-8000-00000000000c",
            workspace_id=FOREIGN_WORKSPACE,
            workspace_region="westeurope",
        ),
    )
    return replace(good, **changes)


def estate(*records: object, **changes: Any) -> Estate:
    """An estate of records of any kind, with one subscription and its watcher unless given."""
    kinds = {
        "security_groups": NetworkSecurityGroup,
        "networks": VirtualNetwork,
        "interfaces": NetworkInterface,
        "watchers": NetworkWatcher,
        "flow_logs": FlowLog,
    }
    found = {
        field: tuple(record for record in records if type(record) is kind)
        for field, kind in kinds.items()
    }
    subscription = Subscription(
        id=SUBSCRIPTION, name="contoso-prod", tenant_id=TENANT, state="Enabled"
    )
    whole = Estate(subscriptions=(subscription,), **found)  # type: ignore[arg-type]
    if not whole.watchers:
        whole = replace(whole, watchers=(watcher(),))
    return replace(whole, **changes)


def applied(before: Estate, plan: Plan) -> Estate:
    """The estate as Azure would hold it once the plan is carried out."""
    planned = {log.id.casefold(): _as_azure_holds(log, plan) for log in plan.flow_logs}
    kept = [log for log in before.flow_logs if log.id.casefold() not in planned]
    made = [
        NetworkWatcher(id=new.id, name=new.name, location=new.location, tags=new.tags)
        for new in plan.foundation.watchers
    ]
    known = {new.id.casefold() for new in made}
    watchers = [found for found in before.watchers if found.id.casefold() not in known]
    return replace(before, flow_logs=(*kept, *planned.values()), watchers=(*watchers, *made))


def states(plan: Plan) -> dict[str, str]:
    """Security group name to state."""
    return {found.id.rsplit("/", 1)[-1]: found.state for found in plan.coverage.security_groups}


def targets(flow_logs: Iterable[PlannedFlowLog]) -> list[str]:
    """Names of the targets of flow logs, in order."""
    return sorted(log.target_id.rsplit("/", 1)[-1] for log in flow_logs)


def _as_azure_holds(log: PlannedFlowLog, plan: Plan) -> FlowLog:
    own = log.analytics.enabled and log.analytics.workspace_id is None
    return FlowLog(
        id=log.id,
        name=log.name,
        location=log.location,
        tags=log.tags,
        target_id=log.target_id,
        storage_id=log.storage_id,
        enabled=log.enabled,
        version=2,
        format_type=log.format_type,
        retention_enabled=log.enabled,
        retention_days=log.retention_days,
        analytics=replace(
            log.analytics,
            workspace_id=plan.foundation.workspace.id if own else log.analytics.workspace_id,
            workspace_region=plan.foundation.workspace.location
            if own
            else log.analytics.workspace_region,
        ),
        filtering_criteria=log.filtering_criteria,
        identity=log.identity,
    )
