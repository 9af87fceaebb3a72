"""``python -m bench``: a large estate read and planned, then previews of the same flow logs by
three programs, as ratios in one run.

Needs the engine (scripts/engine) and starts a local Azure of its own. Programs are run in turn,
so that a slow minute of the machine strikes all of them; the median of the rounds is shown.
"""

from __future__ import annotations

import argparse
import itertools
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.discovery import measure
from commands.engine import Engine
from localazure.environment import environment
from localazure.process import serving
from tools.engine.locate import cli

REPOSITORY = Path(__file__).resolve().parent.parent
PROGRAMS = ("component", "bare", "loop")
ESTATE = REPOSITORY / "localazure" / "estates" / "contoso.json"


@dataclass(frozen=True)
class Figure:
    """One preview: wall-clock seconds and the program's peak memory in MB."""

    seconds: float
    megabytes: float


def main() -> None:
    """Runs the comparisons and prints a table of ratios."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 2000])
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--programs", nargs="+", choices=PROGRAMS, default=list(PROGRAMS))
    parser.add_argument("--groups", type=int, default=10_000, help="0 leaves discovery out")
    chosen = parser.parse_args()
    if chosen.groups:
        measure(chosen.groups)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with serving(ESTATE, folder / "azure") as server:
            base = environment(server.port, folder / "home")
            figures = {
                size: _compare(chosen.programs, size, chosen.rounds, base, folder)
                for size in chosen.sizes
            }
    _print(figures)


def _compare(
    programs: list[str], size: int, rounds: int, base: Mapping[str, str], folder: Path
) -> dict[str, Figure]:
    measured: dict[str, list[Figure]] = {program: [] for program in programs}
    for _ in range(rounds):
        for program in programs:
            measured[program].append(_preview(program, size, base, folder))
            print(f"{size} flow logs, {program}: {measured[program][-1].seconds:.1f} s", flush=True)
    return {program: _median(figures) for program, figures in measured.items()}


def _preview(program: str, size: int, base: Mapping[str, str], folder: Path) -> Figure:
    memory = folder / "memory"
    with _project(program, folder) as project:
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
        done = engine.run("preview", "--stack", "bench", "--suppress-outputs", "--json")
        seconds = time.monotonic() - started
    if done.code:
        raise SystemExit(f"the preview of {program} failed: {done.stderr[-2000:]}")
    return Figure(seconds, float(memory.read_text()))


@contextmanager
def _project(program: str, folder: Path) -> Iterator[Path]:
    project = folder / program
    project.mkdir()
    (project / "Pulumi.yaml").write_text(
        f"name: bench-{program}\n"
        "runtime:\n  name: python\n  options:\n    toolchain: pip\n"
        f"    virtualenv: {REPOSITORY / '.venv'}\n"
        f"main: {REPOSITORY / 'bench' / 'programs' / program}\n"
    )
    try:
        yield project
    finally:
        shutil.rmtree(project)


def _median(figures: list[Figure]) -> Figure:
    return Figure(
        statistics.median(figure.seconds for figure in figures),
        statistics.median(figure.megabytes for figure in figures),
    )


def _print(figures: Mapping[int, Mapping[str, Figure]]) -> None:
    print(f"\n{'flow logs':>9}  {'program':<10} {'seconds':>8} {'times ours':>10} {'MB':>6}")
    for size, found in figures.items():
        ours = found.get("component")
        for program, figure in found.items():
            ratio = figure.seconds / ours.seconds if ours else float("nan")
            print(
                f"{size:>9}  {program:<10} {figure.seconds:>8.1f} {ratio:>10.2f} "
                f"{figure.megabytes:>6.0f}"
            )
    _print_growth(figures)


def _print_growth(figures: Mapping[int, Mapping[str, Figure]]) -> None:
    sizes = sorted(figures)
    for small, large in itertools.pairwise(sizes):
        for program in figures[small].keys() & figures[large].keys():
            grown = figures[large][program].megabytes - figures[small][program].megabytes
            print(
                f"{program}: {1000 * grown / (large - small):.0f} MB for each further thousand "
                f"from {small} to {large}"
            )


if __name__ == "__main__":
    os.environ.setdefault("PULUMI_SKIP_UPDATE_CHECK", "true")
    main()
