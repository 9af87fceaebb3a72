"""Parts of a network that have ids of their own and live inside it: subnets, rules."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from localazure.state.arm_id import ArmId, key, parse_resource
from localazure.state.store import Resource, Store

NETWORKS = "Microsoft.Network/virtualNetworks"
SUBNETS = "Microsoft.Network/virtualNetworks/subnets"


def new_etag() -> str:
    """An etag as the Network provider writes it."""
    return f'W/"{uuid.uuid4()}"'


def part_of(holder: Resource, collection: str, name: str) -> Resource | None:
    """The part of this name in `properties.<collection>`."""
    for part in holder["properties"].get(collection, []):
        if part["name"].casefold() == name.casefold():
            found: Resource = part
            return found
    return None


def put_part(holder: Resource, collection: str, part: Resource) -> None:
    """Adds the part, or takes the place of the one with its name."""
    parts = holder["properties"].setdefault(collection, [])
    for position, present in enumerate(parts):
        if present["name"].casefold() == part["name"].casefold():
            parts[position] = part
            return
    parts.append(part)


def complete_part(holder: Resource, collection: str, part: Resource, type_: str) -> None:
    """Fills in what Azure has and an estate file may leave out of a part that has its name."""
    part.setdefault("id", f"{holder['id']}/{collection}/{part['name']}")
    part.setdefault("etag", holder["etag"])
    part.setdefault("type", type_)
    part.setdefault("properties", {}).setdefault("provisioningState", "Succeeded")


def find_anything(store: Store, id_: str) -> Resource | None:
    """A resource, or a subnet inside its network; none for what is no ARM id either."""
    resource = store.find(id_)
    if resource is not None:
        return resource
    try:
        parsed = parse_resource(id_)
    except ValueError:
        return None
    if key(parsed.type) != key(SUBNETS):
        return None
    network = store.find(str(parsed.parent))
    return None if network is None else part_of(network, "subnets", parsed.name)


def location_of(store: Store, id_: str) -> str | None:
    """Region of a resource, for a subnet the one of its network."""
    parsed = parse_resource(id_)
    holder = store.find(str(parsed.parent)) if key(parsed.type) == key(SUBNETS) else store.find(id_)
    return None if holder is None else str(holder.get("location", ""))


def subnets(network: Resource) -> Iterator[Resource]:
    """The subnets of a virtual network."""
    yield from network["properties"].get("subnets", [])


def reference(value: Any) -> str | None:
    """The id in a reference `{"id": …}`; none where there is no reference."""
    return value["id"] if isinstance(value, dict) and isinstance(value.get("id"), str) else None


def references(value: Any) -> list[str]:
    """The ids in a list of references; empty where there is no list."""
    given = value if isinstance(value, list) else []
    return [id_ for id_ in map(reference, given) if id_ is not None]


def below(id_: ArmId, collection: str, name: str) -> str:
    """Id of a part."""
    return f"{id_}/{collection}/{name}"
