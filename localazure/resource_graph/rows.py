"""Rows as Resource Graph shows resources.

Recorded: cloud-custodian ResourceGraphSource (columns; types in lower case, ids as they are, texts
that are absent empty and objects null), azure-mgmt-resourcegraph-8.0.0.

What is visible is decided here and nowhere else: rows that the caller may not read, by their type
or by where they are, are left out, without an error, as in Azure; and what changed of late is shown
as it was (past.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from localazure.resource_graph.expressions import Row
from localazure.state.arm_id import GROUP_TYPE, SUBSCRIPTION_TYPE, key, parse_resource
from localazure.state.azure import Azure
from localazure.state.history import Version
from localazure.state.store import Resource

_TEXTS = ("kind", "location", "managedBy")
_OBJECTS = ("sku", "plan", "properties", "tags", "identity", "zones", "extendedLocation")

COLUMNS = {
    "type": False,
    "id": False,
    "sku": True,
    "name": False,
    "kind": False,
    "plan": True,
    "tags": True,
    "location": False,
    "properties": True,
    "resourceGroup": False,
    "subscriptionId": False,
    "managedBy": False,
    "identity": True,
    "zones": True,
    "tenantId": False,
    "extendedLocation": True,
}
"""Columns of both tables, each with whether it is dynamic."""

TABLES = ("resources", "resourcecontainers")
_ELSEWHERE = (
    *("microsoft.authorization/", "microsoft.policyinsights/"),
    *("microsoft.storage/storageaccounts/", "microsoft.network/servicetags"),
    "microsoft.network/networkmanagers/",
)
"""Starts of types that have tables of their own (`policyresources`, `authorizationresources`,
`networkresources`) or, being parts of a storage account or no resources, none."""
_CONTAINERS = {
    SUBSCRIPTION_TYPE: "microsoft.resources/subscriptions",
    GROUP_TYPE: "microsoft.resources/subscriptions/resourcegroups",
}


def rows(azure: Azure, table: str, subscriptions: Iterable[str]) -> list[Row]:
    """All visible rows of a table in the subscriptions, given by their ids."""
    tenant = azure.tenant()
    return [
        _row(resource, tenant)
        for resource in visible(azure, subscriptions)
        if _table(parse_resource(resource["id"]).type) == table
    ]


def _table(type_: str) -> str | None:
    """The table that resources of a type are in; none for one that is not modelled."""
    if type_ in _CONTAINERS:
        return "resourcecontainers"
    return None if type_.casefold().startswith(_ELSEWHERE) else "resources"


def visible(azure: Azure, subscriptions: Iterable[str]) -> Iterator[Resource]:
    """The resources that the caller sees."""
    readable: dict[str, bool] = {}
    before = dict(azure.store.past.replaced())
    for subscription in subscriptions:
        for resource in _indexed(azure, f"/subscriptions/{subscription}", before):
            type_ = parse_resource(resource["id"]).type
            if type_ not in readable:
                readable[type_] = azure.rights.grants(f"{_CONTAINERS.get(type_, type_)}/read")
            if readable[type_] and azure.rights.reach(resource["id"]):
                yield resource


def _indexed(azure: Azure, scope: str, before: Mapping[str, Version]) -> Iterator[Resource]:
    """A subscription and all in it, as the index has them: late by what `before` holds."""
    own = azure.store.find(scope)
    for resource in [*([] if own is None else [own]), *azure.store.inside(scope)]:
        shown = before.get(key(resource["id"]), resource)
        if shown is not None:
            yield shown
    for id_, version in before.items():
        gone = version is not None and azure.store.find(id_) is None
        if version is not None and gone and id_.startswith(f"{key(scope)}/"):
            yield version


def _row(resource: Resource, tenant: str) -> Row:
    id_ = parse_resource(resource["id"])
    container = _CONTAINERS.get(id_.type)
    row: Row = {
        "id": resource["id"],
        "name": resource.get("name") or resource.get("displayName") or id_.name,
        "type": container or id_.type.lower(),
        "tenantId": tenant,
        "resourceGroup": (id_.group or "").lower(),
        "subscriptionId": id_.subscription,
    }
    row |= {name: resource.get(name) or "" for name in _TEXTS}
    row |= {name: resource.get(name) for name in _OBJECTS}
    if id_.type == SUBSCRIPTION_TYPE:
        row["properties"] = _subscription(resource)
    return {name: row[name] for name in COLUMNS}


def _subscription(resource: Resource) -> Row:
    """Properties of a subscription's row: state and policies."""
    names = ("state", "subscriptionPolicies", "managedByTenants")
    return {name: resource[name] for name in names if name in resource}
