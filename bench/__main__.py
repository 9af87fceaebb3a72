"""``python -m bench``: what discovery, registration and the policy pack cost, as ratios in one run.

Needs the engine (scripts/engine) and starts a local Azure of its own.
"""

from __future__ import annotations

from bench.discovery import measure
from bench.previews import PACKS, WAYS, compare
from tools.command import Parser, run


def main(arguments: list[str]) -> None:
    """Runs the comparisons that are asked for; all of them take some minutes."""
    parser = Parser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 2000])
    parser.add_argument("--rounds", type=int, default=1, help="of the three ways to register")
    parser.add_argument("--pack-rounds", type=int, default=5, help="0 leaves the pack out")
    parser.add_argument("--groups", type=int, default=10_000, help="0 leaves discovery out")
    chosen = parser.parse_args(arguments)
    if chosen.groups:
        print("A large estate, read and planned", flush=True)
        measure(chosen.groups)
    if chosen.rounds:
        print("\nPreviews: our component, bare resources of the type, a plain loop", flush=True)
        compare(WAYS, chosen.sizes, chosen.rounds)
    if chosen.pack_rounds:
        print("\nPreviews of our component: an empty pack, and ours", flush=True)
        compare(PACKS, chosen.sizes[:1], chosen.pack_rounds)


if __name__ == "__main__":
    run(main, "bench")
