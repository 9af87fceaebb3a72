"""Made-up estates of any size, for benchmarks and tests.

A list of resources as ARM returns them; `python -m localazure serve --estate` reads it as a JSON
file.
"""

from __future__ import annotations

import random
import uuid
from typing import Any

Resource = dict[str, Any]

_NAMESPACE = uuid.UUID("00000000-0000-4000-8000-0000000000ee")
_WATCHERS = "Microsoft.Network/networkWatchers"


def synthetic(
    networks: int,
    nsgs: int,
    subscriptions: int = 1,
    regions: int = 1,
    seed: int = 0,
) -> list[Resource]:
    """An estate of any size, the same for the same arguments.

    Networks and groups are spread evenly over subscriptions and regions; each group sits on a
    subnet of its own in a network of its region. Every region of every subscription has a watcher,
    and no flow log exists.
    """
    chance = random.Random(seed)
    places = [(s, r) for s in range(subscriptions) for r in range(regions)]
    estate: list[Resource] = []
    for number in range(subscriptions):
        estate += _made_subscription(number, regions)
    made: dict[tuple[int, int], list[Resource]] = {place: [] for place in places}
    for number in range(networks):
        place = places[number % len(places)]
        made[place].append(_made_network(place, number, chance))
    for number in range(nsgs):
        place = places[number % len(places)]
        network = chance.choice(made[place]) if made[place] else None
        estate.append(_made_group(place, number, network, chance))
    return estate + [network for each in made.values() for network in each]


def _made_id(place: tuple[int, int], type_: str, name: str, group: str = "rg-network") -> str:
    subscription = f"00000000-0000-4000-8000-{place[0] + 1:012d}"
    return f"/subscriptions/{subscription}/resourceGroups/{group}/providers/{type_}/{name}"


def _region(number: int) -> str:
    known = ("westeurope", "northeurope", "swedencentral", "uksouth", "eastus", "westus2")
    return known[number] if number < len(known) else f"region{number}"


def _made_subscription(number: int, regions: int) -> list[Resource]:
    id_ = f"/subscriptions/00000000-0000-4000-8000-{number + 1:012d}"
    entries: list[Resource] = [
        {"id": id_, "displayName": f"contoso-{number + 1}"},
        {"id": f"{id_}/resourceGroups/NetworkWatcherRG", "location": _region(0)},
        {"id": f"{id_}/resourceGroups/rg-network", "location": _region(0)},
    ]
    for each in range(regions):
        name = f"NetworkWatcher_{_region(each)}"
        watcher = _made_id((number, each), _WATCHERS, name, "NetworkWatcherRG")
        entries.append({"id": watcher, "location": _region(each)})
    return entries


def _made_network(place: tuple[int, int], number: int, chance: random.Random) -> Resource:
    id_ = _made_id(place, "Microsoft.Network/virtualNetworks", f"vnet-{number:05d}")
    return {
        "id": id_,
        "location": _region(place[1]),
        "tags": {"environment": chance.choice(("prod", "test", "dev"))},
        "properties": {
            "resourceGuid": str(uuid.uuid5(_NAMESPACE, id_)),
            "addressSpace": {"addressPrefixes": ["10.0.0.0/8"]},
            "subnets": [],
        },
    }


def _made_group(
    place: tuple[int, int], number: int, network: Resource | None, chance: random.Random
) -> Resource:
    id_ = _made_id(place, "Microsoft.Network/networkSecurityGroups", f"nsg-{number:05d}")
    if network is not None:
        subnets = network["properties"]["subnets"]
        position = len(subnets)
        properties = {
            "addressPrefix": f"10.{position // 256}.{position % 256}.0/24",
            "networkSecurityGroup": {"id": id_},
        }
        subnets.append({"name": f"snet-{position:05d}", "properties": properties})
    return {
        "id": id_,
        "location": _region(place[1]),
        "tags": {"environment": chance.choice(("prod", "test", "dev"))},
        "properties": {"resourceGuid": str(uuid.uuid5(_NAMESPACE, id_)), "securityRules": []},
    }
