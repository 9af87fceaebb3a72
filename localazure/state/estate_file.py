"""Reads what exists: an estate file, or the state that a run has left.

An estate is a JSON array of resources as ARM returns them; subscriptions and resource groups are
entries too, as are management groups and definitions of policies and roles. The entry
`/subscriptions/<id>/providers/<namespace>` says that a provider is not registered.
Everything must be in a group and subscription that have entries, and so must the security groups
and subnets that networks, interfaces and scale sets refer to. What Azure fills in may be missing.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from localazure.insights.activity_events import EVENT_TYPES, LOG, dated
from localazure.network.scale_sets import SCALE_SETS, uses
from localazure.network.security_rules import GROUPS
from localazure.operationalinsights.conversations import TABLES, Unreadable, read
from localazure.operationalinsights.traffic_rows import check_traffic
from localazure.operationalinsights.workspaces import WORKSPACES
from localazure.resources.resource_groups import ResourceGroups
from localazure.server.files import FileProblem, read_json
from localazure.state.arm_id import (
    GROUP_TYPE,
    SUBSCRIPTION_TYPE,
    TENANT,
    ArmId,
    inside,
    key,
    parse,
)
from localazure.state.estate_schema import shape_of
from localazure.state.file_shape import Misfit, Needed, check
from localazure.state.links import links_of, relink
from localazure.state.store import Resource, Store
from localazure.state.subresources import SUBNETS, find_anything
from localazure.state.times import stamp
from localazure.types.registry import TYPES
from rules.from_arm import RuleError

_PLACELESS = frozenset(
    f"microsoft.{name}"
    for name in ("authorization", "management", "policyinsights", "securityinsights")
)
"""Providers whose resources need no location."""

_PARTS = (
    *("microsoft.storage/storageaccounts/", "microsoft.operationalinsights/workspaces/"),
    *("microsoft.network/networkmanagers/", "microsoft.network/servicetags"),
)
"""Starts of types that are parts of something and have no location of their own."""

_NEEDED = frozenset(map(key, (GROUPS, SUBNETS)))
"""Types of what must have an entry where something refers to it."""

_TENANT_ID = "00000000-0000-4000-8000-0000000000ff"
"""Tenant of subscriptions whose entries name none."""

_STATE = {
    "resources": Needed([{}]),
    "providers": [{}],
    "deletedWorkspaces": {"*": str},
    "deletedWorkspaceRegions": {"*": str},
    "activityLog": [{}],
}


def read_estate(path: Path) -> Store:
    """The store of a new run; raises FileProblem that names the entry and the rule."""
    entries = read_json(path, "estate")
    if not isinstance(entries, list):
        raise FileProblem(path, "an estate is a JSON array of resources as ARM returns them")
    store = _store(path, entries)
    for resource in store:
        _check_references(path, store, resource)
    _check_traffic(path, store)
    return store


def read_state(path: Path) -> Store:
    """The store that an earlier run has saved; raises FileProblem."""
    state = read_json(path, "state")
    try:
        check(state, _STATE)
    except Misfit:
        raise FileProblem(
            path, "this is no state that local Azure has saved; remove it to start over"
        ) from None
    store = _store(path, [*state["resources"], *state.get("providers", [])])
    store.deleted |= state.get("deletedWorkspaces", {})
    store.events += state.get("activityLog", [])
    store.deleted_regions |= state.get("deletedWorkspaceRegions", {})
    return store


def _check_traffic(path: Path, store: Store) -> None:
    """Raises at a conversation that no rows could be written of."""
    for table in store.of_type(TABLES, TENANT):
        try:
            read(table)
        except Unreadable as error:
            raise FileProblem(path, f"'{table['id']}': {error}") from None
    for workspace in store.of_type(WORKSPACES, TENANT):
        try:
            check_traffic(store, workspace)
        except (Unreadable, RuleError) as error:
            raise FileProblem(path, f"traffic of '{workspace['id']}': {error}") from None


def _store(path: Path, entries: list[Any]) -> Store:
    store = Store()
    for number, entry in enumerate(entries, 1):
        _add(path, store, number, entry)
    for resource in store:
        _check_container(path, store, resource)
    for subscription in {parse(event["resourceId"]).subscription for event in store.events}:
        _check_container(path, store, {"id": f"/subscriptions/{subscription}/providers/{LOG}"})
    for resource in store:
        relink(store, [], list(links_of(resource)))
    store.opened = stamp()
    return store


def _add(path: Path, store: Store, number: int, entry: Any) -> None:
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
        raise FileProblem(path, f"entry {number} must be an object with an 'id'")
    id_ = _id(path, number, entry["id"])
    if id_.namespace is not None and not id_.types:
        store.providers[key(entry["id"])] = entry
        return
    if id_.unnamed:
        raise FileProblem(path, f"entry {number}: '{entry['id']}' names a type and no resource")
    if store.find(id_) is not None:
        raise FileProblem(path, f"entry {number}: '{entry['id']}' is there twice")
    try:
        check(entry, shape_of(id_.type))
    except Misfit as misfit:
        raise FileProblem(path, f"entry {number}, '{entry['id']}': {misfit}") from None
    if key(id_.type) == key(EVENT_TYPES):
        _add_events(path, store, id_, entry)
        return
    _complete(path, id_, entry)
    store.put(entry)


def _add_events(path: Path, store: Store, id_: ArmId, entry: Resource) -> None:
    """Keeps the events of the activity log of a subscription, with their times made absolute."""
    own = f"/subscriptions/{id_.subscription}"
    if key(entry["id"]) != key(f"{own}/providers/{LOG}"):
        raise FileProblem(path, f"'{entry['id']}' must be '{own}/providers/{LOG}'")
    now = datetime.now(UTC)
    for event in entry["events"]:
        if not inside(event["resourceId"], own):
            raise FileProblem(path, f"'{event['resourceId']}' belongs to another subscription")
        store.events.append(dated(event, now))


def _id(path: Path, number: int, text: str) -> ArmId:
    try:
        id_ = parse(text)
    except ValueError as error:
        raise FileProblem(path, f"entry {number}: {error}") from None
    if key(str(id_)) != key(text):
        raise FileProblem(path, f"entry {number}: '{text}' is no ARM id")
    return id_


def _complete(path: Path, id_: ArmId, entry: Resource) -> None:
    """Fills in what Azure has and the entry may leave out."""
    if id_.type == SUBSCRIPTION_TYPE:
        entry.setdefault("subscriptionId", id_.subscription)
        entry.setdefault("tenantId", _TENANT_ID)
        entry.setdefault("displayName", id_.subscription)
        entry.setdefault("state", "Enabled")
        return
    entry.setdefault("name", id_.name)
    if not _is_placeless(id_) and not isinstance(entry.get("location"), str):
        raise FileProblem(path, f"'{entry['id']}' has no 'location'")
    known = ResourceGroups() if id_.type == GROUP_TYPE else TYPES.get(key(id_.type))
    if known is not None:
        known.complete(entry)


def _is_placeless(id_: ArmId) -> bool:
    return key(str(id_.namespace)) in _PLACELESS or key(id_.type).startswith(_PARTS)


def _check_container(path: Path, store: Store, resource: Resource) -> None:
    for scope in parse(resource["id"]).scopes():
        if scope and store.find(scope) is None:
            raise FileProblem(
                path, f"'{resource['id']}' is in '{scope}', which has no entry: add one"
            )


def _check_references(path: Path, store: Store, resource: Resource) -> None:
    """Raises at a security group or subnet that is referred to and not there.

    The target of a flow log may be gone, and accounts and workspaces too: they are in Azure.
    """
    used = [
        (id_, by)
        for id_, name, by in links_of(resource)
        if name != "flowLogs" and key(parse(id_).type) in _NEEDED
    ]
    if key(parse(resource["id"]).type) == key(SCALE_SETS):
        used += [(id_, resource["id"]) for id_ in uses(resource)]
    for id_, by in used:
        if find_anything(store, id_) is None:
            raise FileProblem(
                path, f"'{by}' refers to '{id_}', which has no entry: add one, or leave it out"
            )
