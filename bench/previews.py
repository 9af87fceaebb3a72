"""Previews of the same flow logs by several variants, run in turn, as ratios.

Variants are run one after the other in each round, so that a slow minute of the machine strikes all
of them; the median of the rounds is shown.
"""

from __future__ import annotations

import itertools
import shutil
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.progress import Progress, Step
from commands.shared.engine import Engine
from localazure.environment import environment
from localazure.process import serving
from tools.engine.locate import cli
from tools.projects import POLICIES, REPOSITORY, SAMPLE_ESTATE

PROGRAMS = REPOSITORY / "bench" / "programs"
EMPTY_PACK = REPOSITORY / "bench" / "packs" / "empty"


@dataclass(frozen=True)
class Variant:
    """A program under ``bench/programs``, and the folder of a policy pack on guard."""

    name: str
    program: str
    pack: Path | None = None
    most: int = 1_000_000
    """Flow logs beyond which it is left out."""


WAYS = (
    Variant("component", "component"),
    Variant("bare resources", "bare"),
    Variant("floor", "floor"),
    Variant("plain loop", "loop", most=1_000),  # minutes and hours beyond
)
MEANING = {
    "component": "the product: watchers, storage, workspace, queries, alerts and the flow logs",
    "bare resources": "the flow logs alone, 50 at a time",
    "floor": "the flow logs alone, with all that makes registering quick",
    "plain loop": "the flow logs alone, by the SDK's class in a loop; up to 1,000",
}
PACKS = (
    Variant("empty pack", "component", EMPTY_PACK),
    Variant("flowlog-guard", "component", POLICIES),
)


@dataclass(frozen=True)
class Figure:
    """One preview: wall-clock seconds and the program's peak memory in MB."""

    seconds: float
    megabytes: float


def compare(variants: Sequence[Variant], sizes: Sequence[int], rounds: int) -> None:
    """Measures the variants at each size and prints seconds, memory and ratios to the first."""
    named = {variant.name: variant for variant in variants}
    progress = Progress(
        [
            Step(variant.name, size)
            for size in sizes
            for _ in range(rounds)
            for variant in variants
            if size <= variant.most
        ]
    )
    measured: dict[Step, list[Figure]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with serving(SAMPLE_ESTATE, folder / "azure") as server:
            base = environment(server.port, folder / "home")
            for step in progress:
                figure = _preview(named[step.variant], step.size, base, folder)
                measured[step].append(figure)
                print(progress.done(step, figure.seconds), flush=True)
    _print({step: _median(figures) for step, figures in measured.items()})


def _preview(variant: Variant, size: int, base: Mapping[str, str], folder: Path) -> Figure:
    memory = folder / "memory"
    pack = ("--policy-pack", str(variant.pack)) if variant.pack else ()
    with _project(variant.program, folder) as project:
        variables = {
            **base,
            "PYTHONPATH": str(REPOSITORY),
            "BENCH_FLOW_LOGS": str(size),
            "BENCH_MEMORY": str(memory),
            "PULUMI_BACKEND_URL": f"file://{project}",
        }
        engine = Engine(cli(), project, variables)
        engine.run("stack", "init", "bench")
        started = time.monotonic()
        done = engine.run("preview", "--stack", "bench", "--suppress-outputs", "--json", *pack)
        seconds = time.monotonic() - started
    if done.code:
        raise SystemExit(f"the preview of {variant.name} failed: {done.stdout[-2000:]}")
    return Figure(seconds, float(memory.read_text()))


@contextmanager
def _project(program: str, folder: Path) -> Iterator[Path]:
    project = folder / program
    project.mkdir()
    (project / "Pulumi.yaml").write_text(
        f"name: bench-{program}\n"
        "runtime:\n  name: python\n  options:\n    toolchain: pip\n"
        f"    virtualenv: {REPOSITORY / '.venv'}\n"
        f"main: {PROGRAMS / program}\n"
    )
    try:
        yield project
    finally:
        shutil.rmtree(project)


def _median(figures: Sequence[Figure]) -> Figure:
    return Figure(
        statistics.median(figure.seconds for figure in figures),
        statistics.median(figure.megabytes for figure in figures),
    )


def _print(figures: Mapping[Step, Figure]) -> None:
    """A table; ratios are to the first variant of the same size."""
    print(f"\n{'flow logs':>9}  {'variant':<14} {'seconds':>8} {'ratio':>6} {'MB':>6}")
    first: dict[int, Figure] = {}
    for step, figure in figures.items():
        ratio = figure.seconds / first.setdefault(step.size, figure).seconds
        print(
            f"{step.size:>9}  {step.variant:<14} {figure.seconds:>8.2f} {ratio:>6.2f} "
            f"{figure.megabytes:>6.0f}"
        )
    for variant in dict.fromkeys(step.variant for step in figures):
        sizes = sorted(step.size for step in figures if step.variant == variant)
        for small, large in itertools.pairwise(sizes):
            times = figures[Step(variant, large)].seconds / figures[Step(variant, small)].seconds
            print(f"{variant}: {large} take {times:.2f} times as long as {small}")
