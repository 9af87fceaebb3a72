"""An estate for tests that really existed, out of recordings.

An estate is a list of resources as ARM returns them; `python -m localazure serve --estate` reads it
as a JSON file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from localazure.state.arm_id import key, parse, parse_resource
from tests.recordings import Exchange, read_recording, recordings

Resource = dict[str, Any]

_SUBSCRIPTION = re.compile(r"(?<=/subscriptions/)[0-9a-fA-F-]{36}")
_STORAGE = "Microsoft.Storage/storageAccounts"
_WATCHERS = "Microsoft.Network/networkWatchers"
_FLOW_LOGS = f"{_WATCHERS}/flowLogs"
_GROUPS = "Microsoft.Network/networkSecurityGroups"
_TAKEN = {
    key(type_)
    for type_ in (
        _GROUPS,
        "Microsoft.Network/virtualNetworks",
        "Microsoft.Network/networkInterfaces",
        "Microsoft.OperationalInsights/workspaces",
        _STORAGE,
        _WATCHERS,
        _FLOW_LOGS,
    )
}


def recorded(data: Path) -> list[Resource]:
    """What the recordings show of networks, groups, watchers, flow logs, storage and workspaces.

    Each recording becomes a subscription of its own, since most were scrubbed to the same ids. A
    resource is as it was last seen, deletions are passed over. Where a recording names a group,
    watcher, security group or storage account without showing it, it is added with what is known of
    it. Of two watchers in a region, which Azure does not allow, one with flow logs stays, else the
    last.
    """
    estate: list[Resource] = []
    for number, path in enumerate(recordings(data), 1):
        subscription = f"00000000-0000-4000-8000-{number:012d}"
        shown = _last_seen(read_recording(path), subscription)
        if any(_type(id_) != key(_STORAGE) for id_ in shown):
            estate += _subscription(subscription, path.stem, _whole(list(shown.values())))
    return estate


def _last_seen(exchanges: list[Exchange], subscription: str) -> dict[str, Resource]:
    """Resources by key of their id, in the new subscription."""
    seen: dict[str, Resource] = {}
    for exchange in exchanges:
        if exchange.status >= 300:
            continue
        for resource in _resources(exchange.answer):
            moved = _moved(resource, subscription)
            seen[key(moved["id"])] = moved
    return seen


def _resources(answer: Any) -> Iterator[Resource]:
    listed = answer.get("value") if isinstance(answer, dict) else None
    for each in listed if isinstance(listed, list) else [answer]:
        if isinstance(each, dict) and "location" in each and _type(str(each.get("id"))) in _TAKEN:
            yield each


def _type(id_: str) -> str:
    try:
        return key(parse_resource(id_).type)
    except ValueError:
        return ""


def _moved(value: Any, subscription: str) -> Any:
    """The same JSON with every id in another subscription, and settled."""
    if isinstance(value, dict):
        moved = {name: _moved(inner, subscription) for name, inner in value.items()}
        if moved.get("provisioningState") in ("Updating", "Creating"):
            moved["provisioningState"] = "Succeeded"
        return moved
    if isinstance(value, list):
        return [_moved(inner, subscription) for inner in value]
    return _SUBSCRIPTION.sub(subscription, value) if isinstance(value, str) else value


def _whole(shown: list[Resource]) -> list[Resource]:
    """With what is named and not shown.

    Flow logs on nothing, interfaces in no network that is shown and second watchers stay out.
    """
    present = {key(each["id"]) for each in shown}
    subnets = {key(part["id"]) for each in shown for part in _parts(each, "subnets")}
    kept = [each for each in shown if _has_target(each, present) and _is_placed(each, subnets)]
    kept += [each for each in _named(kept) if key(each["id"]) not in present]
    kept = _one_watcher_per_region(kept)
    alive = {key(each["id"]) for each in kept}
    return [each for each in kept if _parent(each) is None or key(str(_parent(each))) in alive]


def _has_target(resource: Resource, present: set[str]) -> bool:
    if _type(resource["id"]) != key(_FLOW_LOGS):
        return True
    return key(resource["properties"]["targetResourceId"]) in present


def _parts(resource: Resource, name: str) -> list[Resource]:
    """The parts of a network or interface; a security group has references alone."""
    listed: list[Resource] = resource["properties"].get(name, [])
    return [each for each in listed if "properties" in each]


def _is_placed(resource: Resource, subnets: set[str]) -> bool:
    used = [each["properties"].get("subnet") for each in _parts(resource, "ipConfigurations")]
    return all(key(each["id"]) in subnets for each in used if each)


def _named(shown: list[Resource]) -> Iterator[Resource]:
    for each in shown:
        for subnet in _parts(each, "subnets"):
            group = subnet["properties"].get("networkSecurityGroup")
            if group:
                place = each["location"]
                yield {"id": group["id"], "type": _GROUPS, "location": place}
        if _type(each["id"]) == key(_FLOW_LOGS):
            yield {"id": str(_parent(each)), "location": each["location"]}
            yield {"id": each["properties"]["storageId"], "location": each["location"]}


def _parent(resource: Resource) -> str | None:
    parent = parse(resource["id"]).parent
    return None if parent is None else str(parent)


def _one_watcher_per_region(shown: list[Resource]) -> list[Resource]:
    logged = {key(str(_parent(each))) for each in shown if _type(each["id"]) == key(_FLOW_LOGS)}
    watchers = [each for each in shown if _type(each["id"]) == key(_WATCHERS)]
    watchers.sort(key=lambda each: key(each["id"]) in logged)
    chosen = {each["location"]: key(each["id"]) for each in watchers}
    return [
        each
        for each in shown
        if _type(each["id"]) != key(_WATCHERS) or chosen[each["location"]] == key(each["id"])
    ]


def _subscription(id_: str, name: str, content: list[Resource]) -> list[Resource]:
    groups: dict[str, Resource] = {}
    for each in content:
        group = parse(each["id"]).group_id
        entry = {"id": group, "location": each["location"]}
        groups.setdefault(key(group), entry)
    start = {"id": f"/subscriptions/{id_}", "subscriptionId": id_, "displayName": name}
    return [start, *groups.values(), *content]
