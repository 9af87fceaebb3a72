"""Discovery and planning of a large estate: requests, seconds and memory, in one run.

An estate of 10,000 security groups, 5,000 networks and 5,000 network interfaces with a group of
their own, by default; on local Azure, whose own speed is part of the reading time.
"""

from __future__ import annotations

import json
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.estates import synthetic
from estate.cloud import connect
from estate.discover import read_estate
from estate.identity import Identity
from estate.model import Estate
from localazure.process import Server, serving
from plan import naming
from plan.planner import make
from stack.settings.model import Settings
from stack.state import State

SUBSCRIPTIONS = 4
REGIONS = 4


def measure(groups: int) -> None:
    """Prints the figures for this many security groups, half as many networks and interfaces."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "estate.json"
        path.write_text(json.dumps(_estate(groups)))
        with serving(path, folder / "azure") as server:
            _measure(server, path)


def _measure(server: Server, path: Path) -> None:
    settings = _settings(server.url, path)
    cloud = connect(settings.identity)
    started = time.monotonic()
    estate = read_estate(cloud, settings.subscriptions, naming.home(settings), lambda line: None)
    read = time.monotonic() - started
    requests = Counter(_kind(request.path) for request in server.requests())
    started = time.process_time()
    plan = make(estate, settings, State())
    planned = time.process_time() - started
    print(f"{_size(estate)}")
    print(f"requests: {', '.join(f'{count} {kind}' for kind, count in sorted(requests.items()))}")
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"read in {read:.1f} s, planned in {planned:.1f} s of one core: "
        f"{len(plan.flow_logs)} flow logs; peak memory {megabytes:.0f} MB"
    )


def _size(estate: Estate) -> str:
    return (
        f"{len(estate.security_groups)} security groups, {len(estate.networks)} networks, "
        f"{len(estate.interfaces)} interfaces with a group, {len(estate.watchers)} watchers"
    )


def _kind(path: str) -> str:
    folded = path.casefold()
    if "resourcegraph" in folded:
        return "Resource Graph"
    return "flow log lists" if folded.split("?")[0].endswith("/flowlogs") else "other"


def _settings(url: str, path: Path) -> Settings:
    listed = [found["id"] for found in json.loads(path.read_text()) if found["id"].count("/") == 2]
    ids = tuple(found.rsplit("/", 1)[-1] for found in listed)
    variables = {"ARM_METADATA_HOSTNAME": url, "ARM_OIDC_TOKEN": "local"}
    return Settings(
        stack="bench",
        location="westeurope",
        identity=Identity(subscription_id=ids[0], variables=variables),
        subscriptions=ids,
        storage_accounts_per_region=6,
    )


def _estate(groups: int) -> list[dict[str, Any]]:
    half = groups // 2
    made = synthetic(networks=half, nsgs=half, subscriptions=SUBSCRIPTIONS, regions=REGIONS, seed=1)
    networks = [resource for resource in made if "/virtualnetworks/" in resource["id"].casefold()]
    return [*made, *(entry for number in range(half) for entry in _machine(networks, number))]


def _machine(networks: list[dict[str, Any]], number: int) -> Iterator[dict[str, Any]]:
    """A network interface and the group on it."""
    network = networks[number % len(networks)]
    base = network["id"].rsplit("/", 2)[0]
    group = f"{base}/networkSecurityGroups/nsg-machine-{number:05}"
    subnets = network["properties"]["subnets"]
    subnet = subnets[0]["name"] if subnets else "machines"
    if not subnets:
        subnets.append({"name": subnet, "properties": {"addressPrefix": "10.9.0.0/24"}})
    yield {"id": group, "location": network["location"], "properties": {"securityRules": []}}
    interface = f"{base}/networkInterfaces/nic-{number:05}"
    configuration = {
        "id": f"{interface}/ipConfigurations/one",
        "name": "one",
        "properties": {"subnet": {"id": f"{network['id']}/subnets/{subnet}"}},
    }
    yield {
        "id": interface,
        "location": network["location"],
        "properties": {
            "networkSecurityGroup": {"id": group},
            "ipConfigurations": [configuration],
        },
    }
