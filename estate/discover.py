"""Reads the estate of a list of subscriptions, whole or not at all.

An absence is never read as a deletion: a subscription that is not visible, read rights that do not
reach the whole subscription (Resource Graph then returns fewer rows, without an error), or a page
that fails stops the run with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from azure.core.exceptions import AzureError, HttpResponseError

from estate import permissions
from estate.arm_id import key, segment, subscription_of
from estate.body import common
from estate.cloud import Cloud
from estate.errors import UnansweredError
from estate.home import Home
from estate.identities import managed_identity, role_assignments
from estate.installed import installed
from estate.model import (
    Estate,
    FlowLog,
    NetworkWatcher,
    ResourceGroup,
    RoleAssignment,
    StorageAccount,
    Subscription,
    Workspace,
)
from estate.resource_graph import Progress, ResourceGraph
from estate.response import one_line
from estate.response_shape import ARM_ID, RESOURCE, Needed, Shape
from estate.sentinel import analytic_rules, onboarded
from estate.side_by_side import SideBySide, each
from estate.subscriptions import named_subscriptions, visible_subscriptions
from estate.watchers import Watchers
from estate.workspace import VERSION as WORKSPACES
from estate.workspace import WORKSPACE, workspace, workspace_of

_Told = TypeVar("_Told")
LOST = ("ResourceNotFound", "ResourceGroupNotFound")  # error codes of ARM (recorded)
API_VERSIONS = {
    "resourcegroups": "2024-03-01",
    "microsoft.compute/virtualmachinescalesets": "2024-03-01",
    "microsoft.network/networkinterfaces": "2024-05-01",
    "microsoft.network/networksecuritygroups": "2024-05-01",
    "microsoft.network/networkwatchers": "2024-05-01",
    "microsoft.network/networkwatchers/flowlogs": "2025-05-01",
    "microsoft.network/virtualnetworks": "2024-05-01",
    "microsoft.network/virtualnetworks/subnets": "2024-05-01",
    "microsoft.storage/storageaccounts": "2024-01-01",
    "microsoft.operationalinsights/workspaces": WORKSPACES,
}

_ANY: Shape = {"id": Needed(ARM_ID)}
_GROUP: Shape = {**RESOURCE, "id": Needed(ARM_ID), "managedBy": str}
ACCOUNT: Shape = {
    **RESOURCE,
    "kind": str,
    "sku": {"name": str},
    "properties": {"allowSharedKeyAccess": bool},
}


def read_estate(
    cloud: Cloud,
    subscriptions: Sequence[str],
    home: Home,
    progress: Progress,
) -> Estate:
    """Everything that planning needs, from the subscriptions with these GUIDs.

    What ``home`` names need not exist; nothing is read of a deleted subscription. Raises
    EstateError, one line, where any part cannot be read.
    """
    with reported():
        listed = {found.id: found for found in visible_subscriptions(cloud)}
        own = subscription_of(home.group_id)
        seen = named_subscriptions(listed, dict.fromkeys((*subscriptions, own)))
        asked = [found for found in seen if found.id in subscriptions]
        visible = [found for found in asked if not found.deleted]
        each(lambda found: permissions.require_read(cloud, found), visible)
        existing = [found.id for found in seen if not found.deleted]
        sentinel = home.sentinel and onboarded(cloud, home.workspace_id)
        rules = analytic_rules(cloud, home.workspace_id) if sentinel else ()
        accounts = tuple(_storage_accounts(cloud, home.group_id))
        return replace(
            _in_subscriptions(cloud, visible, existing, progress),
            subscriptions=tuple(asked),
            home_subscriptions=_of_home(listed, home),
            storage_accounts=accounts,
            with_lifecycle=_with_lifecycle(cloud, home, accounts),
            given_accounts=tuple(_given_accounts(cloud, home.storage_account_ids)),
            workspace=workspace(cloud, home.workspace_id),
            former_workspace=workspace(cloud, home.former_workspace_id),
            identity=managed_identity(cloud, home.identity_id),
            role_assignments=tuple(_roles(cloud, home)),
            installed=(*installed(cloud, home, visible), *rules),
            sentinel=sentinel,
            unlisted=len(listed.keys() - {found.id for found in asked}),
        )


def _in_subscriptions(
    cloud: Cloud, visible: Sequence[Subscription], existing: Sequence[str], progress: Progress
) -> Estate:
    """What takes most of the requests; groups are those of every existing subscription."""
    graph = ResourceGraph(cloud, [subscription.id for subscription in visible], progress)
    with SideBySide() as reading:
        security_groups = reading.start(graph.security_groups)
        networks = reading.start(graph.networks)
        interfaces = reading.start(graph.interfaces)
        scale_sets = reading.start(graph.scale_sets)
        groups = reading.start(lambda: _resource_groups(cloud, existing))
        watchers, flow_logs = watchers_of(cloud, visible)
    return Estate(
        subscriptions=tuple(visible),
        resource_groups=groups.result(),
        security_groups=security_groups.result(),
        networks=networks.result(),
        interfaces=(*interfaces.result(), *scale_sets.result()),
        watchers=watchers,
        flow_logs=flow_logs,
    )


def missing(cloud: Cloud, ids: Iterable[str]) -> frozenset[str]:
    """Those of the ids that ARM answers 404 for, at this moment.

    The types are those of ``API_VERSIONS``. Raises EstateError where ARM answers anything else.
    """
    wanted = list(ids)
    with reported():
        bodies = each(lambda resource: cloud.find(resource, api_version(resource), _ANY), wanted)
    return frozenset(
        resource for resource, body in zip(wanted, bodies, strict=True) if body is None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Others:
    """Others' resources, as far as known: ids of those that are gone, and the workspaces."""

    lost: frozenset[str] = frozenset()
    workspaces: tuple[Workspace, ...] = ()


def others(cloud: Cloud, ids: Iterable[str]) -> Others:
    """ARM's answers on resources with these ids, of the same types, that may be anybody's.

    Lost is what ARM says is not there, or whose group is not. Whatever else it says of a request,
    such as that this identity may not look, proves nothing. Raises EstateError where ARM does not
    answer.
    """
    wanted = list(ids)
    with reported():
        answers = each(lambda resource: _look(cloud, resource), wanted)
    looked = list(zip(wanted, answers, strict=True))
    return Others(
        lost=frozenset(resource for resource, body in looked if body is None),
        workspaces=tuple(
            workspace_of(body) for resource, body in looked if body and _is_workspace(resource)
        ),
    )


def _look(cloud: Cloud, resource_id: str) -> Mapping[str, Any] | None:
    """A body, empty where ARM does not let us look; None where the resource is lost."""
    try:
        shape = WORKSPACE if _is_workspace(resource_id) else _ANY
        return cloud.get(resource_id, api_version(resource_id), shape)
    except HttpResponseError as error:
        if not error.status_code or error.status_code >= 500:
            raise
        gone = error.error is not None and error.error.code in LOST
        return None if gone else {}


def _is_workspace(resource_id: str) -> bool:
    return bool(segment(resource_id, "workspaces"))


def api_version(resource_id: str) -> str:
    """The version to ask for a resource of one of the types of ``API_VERSIONS``."""
    parts = key(resource_id).split("/")
    if "providers" not in parts:
        return API_VERSIONS["resourcegroups"]
    namespace = parts.index("providers") + 1
    return API_VERSIONS["/".join([parts[namespace], *parts[namespace + 1 :: 2]])]


def _of_home(listed: Mapping[str, Subscription], home: Home) -> tuple[Subscription, ...]:
    ids = (home.group_id, home.workspace_id, *home.storage_account_ids)
    wanted = dict.fromkeys(map(subscription_of, ids))
    return tuple(listed[subscription] for subscription in wanted if subscription in listed)


def _resource_groups(cloud: Cloud, subscriptions: Iterable[str]) -> tuple[ResourceGroup, ...]:
    paths = [f"/subscriptions/{subscription}/resourcegroups" for subscription in subscriptions]
    found = each(lambda path: list(cloud.list(path, API_VERSIONS["resourcegroups"], _GROUP)), paths)
    return tuple(
        ResourceGroup(**common(body), managed_by=body.get("managedBy") or "")
        for bodies in found
        for body in bodies
    )


def watchers_of(
    cloud: Cloud, subscriptions: Sequence[Subscription]
) -> tuple[tuple[NetworkWatcher, ...], tuple[FlowLog, ...]]:
    """The watchers of subscriptions and the flow logs under them. Raises AzureError."""
    clients = {subscription.id: Watchers(cloud, subscription.id) for subscription in subscriptions}
    listed = each(lambda subscription: clients[subscription.id].watchers(), subscriptions)
    watchers = tuple(watcher for batch in listed for watcher in batch)
    logs = each(lambda watcher: clients[watcher.subscription_id].flow_logs(watcher), watchers)
    return watchers, tuple(log for batch in logs for log in batch)


def _storage_accounts(cloud: Cloud, group_id: str) -> Iterator[StorageAccount]:
    path = f"{group_id}/providers/Microsoft.Storage/storageAccounts"
    version = API_VERSIONS["microsoft.storage/storageaccounts"]
    listed = cloud.list_found(path, version, ACCOUNT)
    yield from map(storage_account, listed)


def _roles(cloud: Cloud, home: Home) -> Iterator[RoleAssignment]:
    if home.identity_id:
        yield from role_assignments(cloud, home.group_id)


def _with_lifecycle(cloud: Cloud, home: Home, accounts: Sequence[StorageAccount]) -> frozenset[str]:
    paths = [f"{one.id}/managementPolicies/default" for one in accounts if home.lifecycle]
    version = API_VERSIONS["microsoft.storage/storageaccounts"]
    bodies = each(lambda path: cloud.find(path, version, {}), paths)
    found = zip(accounts, bodies, strict=False)
    return frozenset(key(account.id) for account, body in found if body is not None)


def _given_accounts(cloud: Cloud, ids: Sequence[str]) -> Iterator[StorageAccount]:
    version = API_VERSIONS["microsoft.storage/storageaccounts"]
    for body in each(lambda account_id: cloud.find(account_id, version, ACCOUNT), ids):
        if body is not None:
            yield storage_account(body)


def storage_account(body: Mapping[str, Any]) -> StorageAccount:
    """A storage account from ARM's body."""
    return StorageAccount(
        **common(body),
        kind=body.get("kind") or "",
        sku=(body.get("sku") or {}).get("name") or "",
        shared_key=(body.get("properties") or {}).get("allowSharedKeyAccess") is not False,
    )


def told_or(otherwise: _Told, read: Callable[[], _Told]) -> _Told:
    """What a reading tells, or something else where Azure refuses to. Raises EstateError."""
    with reported():
        try:
            return read()
        except HttpResponseError as error:
            if not error.status_code or error.status_code >= 500:
                raise
            return otherwise


@contextmanager
def reported() -> Iterator[None]:
    """Turns what the Azure SDK raises into one line."""
    try:
        yield
    except AzureError as error:
        raise UnansweredError(f"Azure could not be read: {one_line(error)}") from error
