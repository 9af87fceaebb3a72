"""What the report tells, whatever it was read from.

Text is empty and numbers are None where the source does not tell: stack outputs know less than the
document of a plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


class SourceError(Exception):
    """The report cannot be made from what was given; the text is the one line a user sees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One property of a flow log that adoption changes, as texts."""

    property: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowLog:
    """A flow log; ``level`` and ``state`` as in the outputs.

    ``interval`` is in minutes, 0 where Traffic Analytics is off. ``shortfall`` is what one that is
    left to others lacks, ``changes`` what adoption changes, ``written_by`` who wrote it before.
    ``stands`` is false of a new one that Azure refused, which is not there.
    """

    id: str
    name: str
    target_id: str
    location: str
    level: str
    state: str
    enabled: bool = True
    retention_days: int | None = None
    interval: int | None = None
    workspace_id: str = ""
    shortfall: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    written_by: str = ""
    stands: bool = True

    @property
    def refused(self) -> bool:
        """Whether Azure refused it, or what it waits for, in the last update."""
        return self.state == "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A security group or virtual network, where it stands, and where it stood before.

    ``targets`` are keys of Facts.flow_logs. ``stage`` and ``next_step`` tell of migration; networks
    have none.
    """

    id: str
    location: str
    state: str
    before: str = ""
    reason: str = ""
    targets: tuple[str, ...] = ()
    stage: str = ""
    next_step: str = ""
    goes_dark: bool = False


def region_of(place: Place) -> str:
    """A place's region, or that the source does not tell it."""
    return place.location or "region not told"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A storage account; ``used`` by a flow log, ``sku`` as ARM's."""

    name: str
    location: str
    sku: str = ""
    used: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """The workspace; days and GB a day (0: no cap) only of one that the stack makes."""

    name: str
    location: str
    retention_days: int | None = None
    daily_quota_gb: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything on the page; ``subscriptions`` is id to name, ``flow_logs`` by target's key.

    ``planned`` is false for outputs, which tell nothing of adoption, terms and migration stages;
    ``queries`` and ``alerts`` are names.
    """

    title: str
    planned: bool
    end: date
    subscriptions: Mapping[str, str]
    groups: tuple[Place, ...]
    networks: tuple[Place, ...]
    flow_logs: Mapping[str, FlowLog]
    workspace: Workspace
    accounts: tuple[Account, ...]
    discovered: int
    excluded: int
    queries: tuple[str, ...] = ()
    alerts: tuple[str, ...] = ()
    workbook: bool = False
    notes: tuple[str, ...] = ()

    def subscription(self, resource_id: str) -> str:
        """Name of the subscription that an id is in; its id where the name is not known."""
        parts = resource_id.split("/")
        found = parts[2].casefold() if len(parts) > 2 else ""
        return self.subscriptions.get(found, found)
