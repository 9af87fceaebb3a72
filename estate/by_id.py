"""Resources read one by one from ARM, whatever its lists and indexes show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from azure.core.exceptions import HttpResponseError

from estate.arm_id import key, parent_of, segment, subscription_of
from estate.body import common
from estate.cloud import Cloud
from estate.discover import ACCOUNT, api_version, reported, storage_account
from estate.model import NetworkWatcher, Resource, VirtualNetwork
from estate.resource_graph import as_rows_tell, body_shape
from estate.response_shape import RESOURCE, Shape
from estate.side_by_side import each
from estate.watchers import FLOW_LOG, Watchers, flow_log

GONE = ("ResourceNotFound", "ResourceGroupNotFound", "ParentResourceNotFound", "NotFound")
"""Codes of ARM's 404 for what is not there (recorded, the last of a part of a resource). Any other
404, such as that of a subscription that is not visible, says nothing about the resource."""
_SHAPES: Mapping[str, Shape] = {
    "flowlogs": FLOW_LOG,
    "networkwatchers": RESOURCE,
    "storageaccounts": ACCOUNT,
}


@dataclass(frozen=True, slots=True)
class Found:
    """Resources that ARM has of those asked for, and the ids that it says are ``gone``.

    A subnet is asked for with its network, and with a network watcher come its flow logs.
    """

    asked: tuple[str, ...]
    records: tuple[Resource, ...]
    gone: frozenset[str]


def read(cloud: Cloud, ids: Iterable[str]) -> Found:
    """Reads resources of the types of ``API_VERSIONS``, but for groups and workspaces.

    Raises EstateError where ARM answers anything else than the resource, or that it is not there.
    """
    wanted = tuple(ids)
    asked = tuple(dict.fromkeys(map(_whole, wanted)))
    with reported():
        bodies = dict(zip(asked, each(lambda one: _find(cloud, one), asked), strict=True))
        existing = [(kind_of(one), body) for one, body in bodies.items() if body is not None]
        batches = each(lambda entry: _records(cloud, *entry), existing)
    records = tuple(record for batch in batches for record in batch)
    there = {key(one) for one, body in bodies.items() if body is not None} | set(_subnets(records))
    gone = frozenset(key(resource) for resource in (*wanted, *asked) if key(resource) not in there)
    return Found(asked, records, gone)


def kind_of(resource_id: str) -> str:
    """The last part of a resource's type, lower case."""
    return key(resource_id).rsplit("/", 2)[-2]


def _whole(resource_id: str) -> str:
    return parent_of(resource_id) if segment(resource_id, "subnets") else resource_id


def _subnets(records: Iterable[Resource]) -> Iterator[str]:
    for record in records:
        if isinstance(record, VirtualNetwork):
            yield from (key(subnet.id) for subnet in record.subnets)


def _find(cloud: Cloud, resource_id: str) -> dict[str, Any] | None:
    kind = kind_of(resource_id)
    shape = _SHAPES[kind] if kind in _SHAPES else body_shape(kind)
    try:
        return cloud.get(resource_id, api_version(resource_id), shape)
    except HttpResponseError as error:
        code = error.error.code if error.error else None
        if error.status_code == 404 and code in GONE:
            return None
        raise


def _records(cloud: Cloud, kind: str, body: dict[str, Any]) -> tuple[Resource, ...]:
    match kind:
        case "flowlogs":
            return (flow_log(body),)
        case "networkwatchers":
            watcher = NetworkWatcher(**common(body))
            return (watcher, *Watchers(cloud, subscription_of(watcher.id)).flow_logs(watcher))
        case "storageaccounts":
            return (storage_account(body),)
        case _:
            return as_rows_tell(kind, body)
