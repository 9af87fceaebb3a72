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
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

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


WAYS = (
    Variant("component", "component"),
    Variant("bare resources", "bare"),
    Variant("plain loop", "loop"),
)
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
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with serving(SAMPLE_ESTATE, folder / "azure") as server:
            base = environment(server.port, folder / "home")
            figures = {size: _rounds(variants, size, rounds, base, folder) for size in sizes}
    _print(figures)


def _rounds(
    variants: Sequence[Variant], size: int, rounds: int, base: Mapping[str, str], folder: Path
) -> dict[str, Figure]:
    measured: dict[str, list[Figure]] = {variant.name: [] for variant in variants}
    for _ in range(rounds):
        for variant in variants:
            figure = _preview(variant, size, base, folder)
            measured[variant.name].append(figure)
            print(f"{size} flow logs, {variant.name}: {figure.seconds:.1f} s", flush=True)
    return {name: _median(figures) for name, figures in measured.items()}


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


def _print(figures: Mapping[int, Mapping[str, Figure]]) -> None:
    print(f"\n{'flow logs':>9}  {'variant':<14} {'seconds':>8} {'ratio':>6} {'MB':>6}")
    for size, measured in figures.items():
        first = next(iter(measured.values()))
        for name, figure in measured.items():
            ratio = figure.seconds / first.seconds
            print(
                f"{size:>9}  {name:<14} {figure.seconds:>8.1f} {ratio:>6.2f} "
                f"{figure.megabytes:>6.0f}"
            )
    for small, large in itertools.pairwise(sorted(figures)):
        for name in figures[small]:
            grown = figures[large][name].megabytes - figures[small][name].megabytes
            each = 1000 * grown / (large - small)
            print(f"{name}: {each:.0f} MB for each further thousand from {small} to {large}")
