"""What flow logs cost a month, at both intervals: `python -m commands.cost 100` for 100 GB.

    python -m commands.cost GB [--subscriptions N] [--reduction N]

GB is what the flow logs record in a month, all networks together; the query ``ingestion-volume``
tells what arrives in the workspace, which is that divided by the reduction. List prices in US
dollars, East US (``commands.shared.prices``); docs/cost.md says what they leave out.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from commands.shared.prices import COLLECTION, FREE_DAYS, FREE_GB, INGESTION, PROCESSING, REDUCTION
from tools.command import Parser, run

UNPRICED = (
    "storage of the blobs and its transactions",
    f"rows kept in the workspace beyond {FREE_DAYS} days (90 where Microsoft Sentinel is on it)",
    "alert rules and their notices",
    "traffic between regions",
)


@dataclass(frozen=True, slots=True)
class Bill:
    """US dollars a month, by what is paid for."""

    collection: float
    processing: float
    ingestion: float

    @property
    def total(self) -> float:
        """All of it."""
        return self.collection + self.processing + self.ingestion


def bill(gb: float, interval: int, subscriptions: int = 1, reduction: float = REDUCTION) -> Bill:
    """A month's bill for ``gb`` recorded, evenly in all subscriptions; interval in minutes.

    Each subscription has its own free GB. Raises KeyError for another interval than 10 or 60.
    """
    return Bill(
        collection=max(0.0, gb - FREE_GB * subscriptions) * COLLECTION,
        processing=gb * PROCESSING[interval],
        ingestion=gb / reduction * INGESTION,
    )


def table(bills: Mapping[int, Bill]) -> list[str]:
    """The bills by interval, as lines of text."""
    names = ("collection", "processing", "ingestion", "total")
    words = ("flow logs collected", "Traffic Analytics", "into the workspace", "a month")
    head = "".join(f"{f'{interval} minutes':>14}" for interval in bills)
    lines = [f"{'':<22}{head}"]
    for name, word in zip(names, words, strict=True):
        amounts = "".join(f"{f'${getattr(found, name):,.2f}':>14}" for found in bills.values())
        lines.append(f"{word:<22}{amounts}")
    return lines


def main(arguments: Sequence[str]) -> int:
    """Prints the table."""
    parser = Parser(prog="python -m commands.cost", description="What flow logs cost a month.")
    parser.add_argument("gb", type=_positive, help="GB that the flow logs record in a month")
    parser.add_argument(
        "--subscriptions", type=_count, default=1, help=f"each has {FREE_GB} GB free (default 1)"
    )
    parser.add_argument(
        "--reduction",
        type=_positive,
        default=REDUCTION,
        help=f"GB recorded for a GB in the workspace (default {REDUCTION})",
    )
    given = parser.parse_args(arguments)
    bills = {
        interval: bill(given.gb, interval, given.subscriptions, given.reduction)
        for interval in sorted(PROCESSING, reverse=True)
    }
    for line in table(bills):
        print(line)
    print(f"not priced here: {', '.join(UNPRICED)}")
    return 0


def _positive(text: str) -> float:
    with suppress(ValueError):
        if 0 < (value := float(text)) < float("inf"):
            return value
    raise argparse.ArgumentTypeError(f"'{text}' must be a number above 0, such as 100 or 2.5")


def _count(text: str) -> int:
    with suppress(ValueError):
        if (value := int(text)) >= 1:
            return value
    raise argparse.ArgumentTypeError(f"'{text}' must be a whole number from 1 on")


if __name__ == "__main__":
    run(main, "cost")
