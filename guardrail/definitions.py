"""The built-in policies that the guardrail assigns: ids, versions, roles, and what to say of each.

Source of every id, parameter and role: Azure/azure-policy f4a50bac, category Network.
"""

from __future__ import annotations

from dataclasses import dataclass

_POLICIES = "/providers/Microsoft.Authorization/policyDefinitions"
_SETS = "/providers/Microsoft.Authorization/policySetDefinitions"

CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"
NETWORK_CONTRIBUTOR = "4d97b98b-1d4f-4787-a291-c67834d212e7"


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """A policy that reports. ``anchor`` is the section of the page that its message points to."""

    name: str
    definition_id: str
    version: str
    title: str
    message: str
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A policy of the initiative, under the reference that the initiative has for it."""

    name: str
    reference: str
    message: str
    anchor: str


AUDITS = (
    Audit(
        name="networks",
        definition_id=f"{_POLICIES}/4c3c6c5f-0d47-4402-99b8-aa543dd8bcee",
        version="1.*.*",
        title="Virtual networks have a flow log",
        message="This virtual network has no flow log: nothing records its traffic.",
        anchor="a-network-without-a-flow-log",
    ),
    Audit(
        name="enabled",
        definition_id=f"{_POLICIES}/27960feb-a23c-4577-8d36-ef8b5f35e0be",
        version="1.*.*",
        title="Flow logs are enabled",
        message="This flow log is switched off: nothing is recorded.",
        anchor="a-flow-log-that-is-off",
    ),
    Audit(
        name="analytics",
        definition_id=f"{_POLICIES}/2f080164-9f4d-497e-9db6-416dc9f7b48a",
        version="1.*.*",
        title="Flow logs have Traffic Analytics",
        message="Traffic Analytics is off on this flow log: queries and alerts do not see it.",
        anchor="a-flow-log-without-traffic-analytics",
    ),
    Audit(
        name="watchers",
        definition_id=f"{_POLICIES}/b6e2945c-0b7b-40f5-9233-7a5323b5cdc6",
        version="3.*.*",
        title="Regions with virtual networks have a network watcher",
        message="NetworkWatcherRG has no network watcher for this network's region.",
        anchor="a-region-without-a-network-watcher",
    ),
)

INITIATIVE_ID = f"{_SETS}/55634457-45e5-473f-b5c5-55cef2b20b52"
INITIATIVE_VERSION = "1.*.*"
INITIATIVE_ROLES = (CONTRIBUTOR, NETWORK_CONTRIBUTOR)

MEMBERS = (
    Member(
        name="watcher",
        reference="Create Regional NetworkWatcher in NetworkWatcherRG for VNet flowlogs",
        message="NetworkWatcherRG has no network watcher for a region that is to be logged.",
        anchor="a-region-without-a-network-watcher",
    ),
    Member(
        name="storage",
        reference="Create regional Storage Account for VNet Flowlogs in resourceGroupName RG",
        message="This subscription lacks the storage account for the flow logs of a region.",
        anchor="what-the-initiative-makes",
    ),
    Member(
        name="workspace",
        reference=(
            "Create central Log Analytics Workspace for VNet Flowlog Traffic Analytics in the "
            "specified Resource Group"
        ),
        message="This subscription lacks the workspace for Traffic Analytics.",
        anchor="what-the-initiative-makes",
    ),
    Member(
        name="flow-log",
        reference=(
            "Deploy VNet Flowlogs with Traffic Analytics for VNets with regional Storage and "
            "centralized Log Analytics"
        ),
        message="This virtual network has no flow log with Traffic Analytics.",
        anchor="a-network-without-a-flow-log",
    ),
)
"""In the order of their needs: a flow log needs the other three, says the initiative itself."""

CONFIGURE_ID = f"{_POLICIES}/3e9965dc-cc13-47ca-8259-a4252fd0cf7b"
CONFIGURE_VERSION = "1.*.*"
CONFIGURE_ROLE = CONTRIBUTOR
CONFIGURE_MESSAGE = MEMBERS[-1].message
CONFIGURE_ANCHOR = MEMBERS[-1].anchor
