"""Options and output that the commands on rules share."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from commands.shared import command_line
from printable import printable, printable_json
from tools.command import write

DAYS, MOST_DAYS = 30, 730  # of the past that is looked at; a workspace keeps 730 at most


def parser(
    name: str, purpose: str, *, subject: bool = True, days: int = DAYS
) -> argparse.ArgumentParser:
    """``--stack`` or ``--subscription``, ``--days`` and ``--json``; wrong use ends with code 3."""
    found = command_line.parser(name, purpose, subject=subject, json=False)
    found.add_argument(
        "--days", type=_days, default=days, help=f"how far to look back ({days} days)"
    )
    found.add_argument("--json", metavar="FILE", help="write a JSON document; - prints it instead")
    return found


def tell(
    wanted: str | None, document: Callable[[], Mapping[str, Any]], lines: Iterable[str]
) -> None:
    """Prints lines, or the document; writes the document where it is wanted. Raises OSError."""
    text = printable_json(json.dumps(document(), indent=2)) if wanted else ""
    if wanted == "-":
        print(text)
        return
    if wanted:
        write(Path(wanted), f"{text}\n")
    for line in lines:
        print(printable(line))


def notes(
    tags: str, admin: Mapping[str, str], workspaces: Mapping[str, str], more: Iterable[str]
) -> tuple[str, ...]:
    """Lines on what could not be read, and what that means for the verdicts, each once."""
    found: list[str] = []
    if tags:
        found.append(f"service tags were not read ({tags}); a rule of one may not be decided")
    if admin:
        network, why = next(iter(admin.items()))
        found.append(
            f"security admin rules were not read for {len(admin)} of the networks, such as "
            f"{network.rpartition('/')[2]} ({why}); they count as none"
        )
    found += [f"not read: {why}" for why in workspaces.values()]
    return tuple(dict.fromkeys((*found, *more)))


def _days(text: str) -> int:
    with suppress(ValueError):
        if 1 <= (days := int(text)) <= MOST_DAYS:
            return days
    raise argparse.ArgumentTypeError(f"'{text}' must be a whole number from 1 to {MOST_DAYS}")
