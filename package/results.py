"""The component's outputs: those of the contract (``outputs.py``), under their own names.

The SDK makes the schema from these classes, so annotations here are real types.
"""

from typing import TypedDict


class Workspace(TypedDict):
    """The Log Analytics workspace that Traffic Analytics feeds."""

    id: str
    """ARM id."""
    name: str
    """Name."""
    location: str
    """Region."""
    resourceGroup: str
    """Name of its resource group."""


class FlowLog(TypedDict):
    """A flow log."""

    id: str
    """ARM id."""
    name: str
    """Name."""
    level: str
    """virtualNetwork, subnet, networkInterface or networkSecurityGroup."""
    state: str
    """created, adopted, external (others', counted), released (its target is gone) or refused."""
    location: str
    """Region."""
    storageId: str
    """ARM id of the storage account that it writes to."""
    covers: list[str]
    """ARM ids of the network security groups that it records."""


class SecurityGroup(TypedDict):
    """Where a network security group stands."""

    state: str
    """recorded, partial, elsewhere, not analysed, records nothing, dark or unattached."""
    targets: list[str]
    """Targets (keys of flowLogs) that record it."""
    location: str
    """Region."""
    goesDark: bool
    """Whether something of it is recorded by nothing once Azure deletes NSG flow logs."""


class Skipped(TypedDict):
    """A network security group that nothing records."""

    id: str
    """ARM id."""
    reason: str
    """Why."""


class Coverage(TypedDict):
    """Counts of network security groups."""

    discovered: int
    """In the subscriptions."""
    excluded: int
    """Left out by the filters."""
    covered: int
    """Recorded, wholly or in part."""
    skipped: list[Skipped]
    """In scope, and recorded by nothing."""
