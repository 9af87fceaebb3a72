"""Updates of the same flow logs with several numbers of them under way at one watcher.

The product's own program on an estate of one region, on a local Azure whose operations take no time
or as long as one says: an ``up`` that makes everything, and a second one that changes nothing.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench.estates import synthetic
from commands.shared.engine import Engine
from localazure.environment import environment
from localazure.process import serving
from tools.engine.locate import cli
from tools.projects import REPOSITORY, copy_project

STACK = "bench"
PROGRAM = REPOSITORY / "bench" / "programs" / "width"
LATENCIES = (0.0, 1.0)
"""Seconds of an operation of Azure."""


def measure(flow_logs: int, widths: Sequence[int]) -> None:
    """Prints the seconds of both for each width, without and with latency."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        estate = folder / "estate.json"
        estate.write_text(json.dumps(synthetic(networks=flow_logs, nsgs=0)))
        print(f"{'latency':>8} {'width':>6} {'up':>8} {'second up':>10}   seconds", flush=True)
        for latency in LATENCIES:
            for width in widths:
                own = folder / f"{latency}-{width}"
                first, second = _updates(own, estate, latency, width)
                print(f"{latency:>8} {width:>6} {first:>8.1f} {second:>10.1f}", flush=True)


def _updates(folder: Path, estate: Path, latency: float, width: int) -> tuple[float, float]:
    with serving(estate, folder / "azure", "--latency", str(latency)) as server:
        variables = environment(server.port, folder / "pulumi")
        project = copy_project(folder / "project")
        _own_program(project)
        engine = Engine(
            cli(),
            project,
            {**variables, "PYTHONPATH": str(REPOSITORY), "BENCH_WIDTH": str(width)},
        )
        settings = {"location": "westeurope", "networksWithoutNsg": "cover"}
        config = {f"flow-logs:{key}": value for key, value in settings.items()}
        (project / f"Pulumi.{STACK}.yaml").write_text(json.dumps({"config": config}))
        engine.run("stack", "init", STACK)
        return _seconds(engine), _seconds(engine)


def _own_program(project: Path) -> None:
    file = project / "Pulumi.yaml"
    file.write_text(file.read_text().replace(f"main: {REPOSITORY}\n", f"main: {PROGRAM}\n"))


def _seconds(engine: Engine) -> float:
    started = time.monotonic()
    done = engine.operate("up", STACK)
    if done.code:
        raise SystemExit(f"an update failed: {done.stdout[-2000:]}")
    return time.monotonic() - started
