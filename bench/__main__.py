"""``python -m bench``: what discovery, registration and the policy pack cost, as ratios in one run.

Needs the engine (scripts/engine) and starts a local Azure of its own. Variants take turns, so that
a slow minute of the machine strikes all of them, and the median of the rounds counts.
"""

from __future__ import annotations

from bench import discovery, ledger, rules, updates
from bench.previews import MEANING, PACKS, WAYS, compare
from tools.command import Parser, run

WIDTHS = (1, 4, 8)


def main(arguments: list[str]) -> None:
    """Runs the comparisons that are asked for."""
    parser = Parser(prog="scripts/bench", description=__doc__)
    add = parser.add_argument
    add("--sizes", type=int, nargs="+", default=[1, 1000, 3000], help="flow logs of the previews")
    add("--rounds", type=int, default=3, help="of the ways to register; 0 leaves them out")
    add("--pack-rounds", type=int, default=3, help="of the pack; 0 leaves it out")
    add("--groups", type=int, default=10_000, help="groups to discover; 0 leaves discovery out")
    add("--rules", type=int, default=1000, help="to decide flows by; 0 leaves that out")
    add("--ledger", type=int, default=0, help="networks of which the ledger is told, over 90 days")
    add("--updates", type=int, default=0, help="flow logs of updates by width, which take long")
    chosen = parser.parse_args(arguments)
    if chosen.groups:
        print("A large estate, read and planned", flush=True)
        discovery.measure(chosen.groups)
    if chosen.rules:
        print("\nRecorded flows, decided by security rules", flush=True)
        rules.measure(chosen.rules)
    if chosen.ledger:
        print("\nThe recording ledger of a large estate", flush=True)
        ledger.measure(chosen.ledger)
    if chosen.rounds:
        print("\nPreviews of as many new flow logs, by", flush=True)
        for name, meaning in MEANING.items():
            print(f"  {name:<14} {meaning}", flush=True)
        compare(WAYS, chosen.sizes, chosen.rounds)
    if chosen.pack_rounds:
        print("\nPreviews of the component with an empty policy pack, and with ours", flush=True)
        compare(PACKS, [size for size in chosen.sizes if size > 1], chosen.pack_rounds)
    if chosen.updates:
        print(f"\nUpdates of {chosen.updates} flow logs by their number at a time", flush=True)
        updates.measure(chosen.updates, WIDTHS)


if __name__ == "__main__":
    run(main, "bench")
