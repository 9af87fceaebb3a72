"""The recording ledger of a large estate over 90 days, asked of local Azure over HTTP.

Each network has a flow log with rows of every hour, but for one hour in a thousand. The answer of
its workspace is made up, since local Azure would take minutes for as many rows; it is cut at the
limits of Log Analytics as any other. What local Azure takes itself, in a process of its own, is not
counted.
"""

from __future__ import annotations

import json
import os
import random
import re
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from commands.ledger.__main__ import DAYS, main
from localazure.operationalinsights import limits, workspaces
from localazure.process import LOG, Server, files
from localazure.server.serve import serving_here

SUBSCRIPTION = "00000000-0000-4000-8000-0000000000b2"
_ROOT = f"/subscriptions/{SUBSCRIPTION}"
_NETWORKS = f"{_ROOT}/resourceGroups/rg-bench/providers/Microsoft.Network/virtualNetworks"
_WATCHER = f"{_ROOT}/resourceGroups/NetworkWatcherRG/providers/Microsoft.Network/networkWatchers/nw"
_ACCOUNT = f"{_ROOT}/resourceGroups/rg-bench/providers/Microsoft.Storage/storageAccounts/stbench"
_WORKSPACE = (
    f"{_ROOT}/resourceGroups/rg-bench/providers/Microsoft.OperationalInsights/workspaces/log-bench"
)
Body = dict[str, Any]


def measure(targets: int) -> None:
    """Prints the figures for this many networks; at most 65,536, of which each has a subnet."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        estate = folder / "estate.json"
        estate.write_text(json.dumps(list(_estate(targets))))
        with _serving(estate, folder / "azure", targets) as server:
            _measure(server, folder / "ledger.json")


@contextmanager
def _serving(estate: Path, folder: Path, targets: int) -> Iterator[Server]:
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(estate, folder, targets, theirs))
    process.start()
    try:
        yield Server(ours.recv(), folder / LOG)
    finally:
        ours.send("end")
        process.join(60)
        process.kill()


def _serve(estate: Path, folder: Path, targets: int, asked: Connection) -> None:
    """Local Azure, whose workspace answers with what is made up, until it is told to end."""
    random.seed(1)
    workspaces.__dict__["answer"] = lambda text, *_: _answer(text, targets)
    with serving_here(["--port", "0", *files(estate, folder)]) as port:
        asked.send(port)
        asked.recv()


def _answer(text: str, targets: int) -> Body:
    """The hours of each flow log; of any other question, nothing."""
    found: list[list[Any]] = []
    if "by FlowLog, Target, Day" in text:
        first, last = (
            (datetime.fromisoformat(moment[:10]) - datetime(1970, 1, 1)).days
            for moment in re.findall(r"let (?:From|To) = datetime\(([^)]+)\)", text)
        )
        found = [_hours(number, range(first, last + 1)) for number in range(targets)]
    rows, more = limits.within(found)
    columns = [{"name": name, "type": "string"} for name in ("FlowLog", "Target", "Days")]
    return {"tables": [{"name": "PrimaryResult", "columns": columns, "rows": rows}], **more}


def _hours(number: int, days: Iterable[int]) -> list[Any]:
    every = (1 << 24) - 1
    silent = [1 << random.randrange(24) if random.random() < 24 / 1000 else 0 for _ in days]
    told = (f"{day} {every & ~hour} 0 20" for day, hour in zip(days, silent, strict=True))
    log = f"{SUBSCRIPTION}/networkwatcherrg/nw/vnet-{number:05}-flow-log"
    return [log, f"{SUBSCRIPTION}/rg-bench/vnet-{number:05}", ",".join(told)]


def _measure(server: Server, file: Path) -> None:
    os.environ["ARM_METADATA_HOSTNAME"] = server.url
    wall, core = time.monotonic(), time.process_time()
    with file.with_suffix(".txt").open("w") as printed, redirect_stdout(printed):
        code = main(["--subscription", SUBSCRIPTION, "--json", str(file)])
    wall, core = time.monotonic() - wall, time.process_time() - core
    if code:
        raise SystemExit("the ledger could not be told")
    document = json.loads(file.read_text())
    hours = Counter[str]()
    for target in document["targets"]:
        hours.update(target["hours"])
    asked = sum(request.path.split("?")[0].endswith("/query") for request in server.requests())
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{len(document['targets']):,} targets, {DAYS} days, {sum(hours.values()):,} hours: "
        f"{', '.join(f'{number:,} {state}' for state, number in hours.items())}\n"
        f"  {asked} queries, {sum(each['rows'] for each in document['workspaces']):,} rows; "
        f"{core:.1f} s of one core beside local Azure, {wall:.1f} s with it; "
        f"peak memory {megabytes:.0f} MB"
    )


def _estate(targets: int) -> Iterator[Body]:
    yield {"id": _ROOT, "displayName": "contoso-bench"}
    for group in ("rg-bench", "NetworkWatcherRG"):
        yield {"id": f"{_ROOT}/resourceGroups/{group}", "location": "westeurope"}
    yield {"id": _WATCHER, "location": "westeurope"}
    yield {"id": _ACCOUNT, "location": "westeurope", "kind": "StorageV2"}
    yield {"id": _WORKSPACE, "location": "westeurope"}
    for number in range(targets):
        yield from _recorded(number)


def _recorded(number: int) -> Iterator[Body]:
    """A network and its flow log."""
    name, prefix = f"vnet-{number:05}", f"{_net(number)}.0/24"
    subnets = [{"name": "main", "properties": {"addressPrefix": prefix}}]
    space = {"addressSpace": {"addressPrefixes": [prefix]}, "subnets": subnets}
    yield {"id": f"{_NETWORKS}/{name}", "location": "westeurope", "properties": space}
    analytics = {
        "enabled": True,
        "trafficAnalyticsInterval": 60,
        "workspaceResourceId": _WORKSPACE,
        "workspaceRegion": "westeurope",
    }
    properties = {
        "targetResourceId": f"{_NETWORKS}/{name}",
        "storageId": _ACCOUNT,
        "enabled": True,
        "format": {"type": "JSON", "version": 2},
        "retentionPolicy": {"enabled": True, "days": 90},
        "flowAnalyticsConfiguration": {"networkWatcherFlowAnalyticsConfiguration": analytics},
    }
    id_ = f"{_WATCHER}/flowLogs/{name}-flow-log"
    yield {"id": id_, "location": "westeurope", "properties": properties}


def _net(number: int) -> str:
    return f"10.{number // 256}.{number % 256}"
