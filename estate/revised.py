"""An estate in which some resources were read again, one by one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from estate.arm_id import key
from estate.model import (
    Estate,
    FlowLog,
    NetworkInterface,
    NetworkSecurityGroup,
    NetworkWatcher,
    Resource,
    StorageAccount,
    VirtualNetwork,
)

KINDS: Mapping[type[Resource], str] = {
    NetworkSecurityGroup: "security_groups",
    VirtualNetwork: "networks",
    NetworkInterface: "interfaces",
    NetworkWatcher: "watchers",
    FlowLog: "flow_logs",
    StorageAccount: "storage_accounts",
}
"""Kinds of records that may be read one by one, and where an estate has them."""


def completed(
    estate: Estate, records: Iterable[Resource], asked: Iterable[str], gone: frozenset[str]
) -> Estate:
    """The same estate, where ``records`` are all that there is with the ids ``asked``.

    ``gone`` are keys.
    """
    keys, found = {key(resource_id) for resource_id in asked}, tuple(records)
    fields: dict[str, Any] = {
        field: (
            *(own for own in getattr(estate, field) if key(own.id) not in keys),
            *(record for record in found if type(record) is kind),
        )
        for kind, field in KINDS.items()
    }
    return replace(estate, gone=estate.gone | gone, **fields)
