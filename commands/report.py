"""Writes the report, one self-contained HTML page: ``python -m commands.report``.

Made from the JSON of ``pulumi stack output --json`` or, richer, from the plan that a run left in
the file named by ``FLOW_LOGS_PLAN_FILE``.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from commands.engine import Engine
from commands.page.facts import SourceError
from commands.page.render import page
from commands.page.source import read
from tools.console import SetupError
from tools.engine.locate import cli

DEFAULT_OUTPUT = Path("flow-logs-report.html")


def main(arguments: Sequence[str]) -> int:
    """Prints the path of the report; 1, with one line on stderr, where there is none to write."""
    options = _parser().parse_args(arguments)
    try:
        write(*_source(options.source, options.stack), options.output)
    except (SourceError, SetupError) as error:
        print(f"report: {error}", file=sys.stderr)
        return 1
    print(options.output)
    return 0


def write(text: str, source: str, output: Path) -> None:
    """Writes the report of JSON text, which errors call ``source``. Raises SourceError."""
    made = page(read(text, source), date.today())
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(made, encoding="utf-8", newline="\n")
    except OSError as error:
        raise SourceError(f"{output} cannot be written: {error.strerror}") from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m commands.report",
        description="Writes one self-contained HTML page on what is logged, how, and what is due.",
    )
    given = parser.add_mutually_exclusive_group(required=True)
    given.add_argument(
        "source",
        nargs="?",
        help="JSON file: the plan of a run, or the output of 'pulumi stack output --json'; - is "
        "standard input",
    )
    given.add_argument("--stack", help="read the outputs of this stack with the Pulumi CLI")
    parser.add_argument(
        "--output",
        type=Path,
        default=DEFAULT_OUTPUT,
        help=f"file to write, {DEFAULT_OUTPUT} unless given",
    )
    return parser


def _source(path: str | None, stack: str | None) -> tuple[str, str]:
    """The JSON text, and what to call it in an error. Raises SourceError, SetupError."""
    if stack is not None:
        return _outputs(stack), f"stack {stack}"
    if path is None or path == "-":
        return sys.stdin.read(), "standard input"
    try:
        return Path(path).read_text(encoding="utf-8"), path
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise SourceError(f"{path} cannot be read: {reason}") from error


def _outputs(stack: str) -> str:
    shown = Engine(cli(), Path.cwd(), os.environ).run("stack", "output", "--json", "--stack", stack)
    if shown.code:
        raise SourceError(f"the outputs of stack {stack} cannot be read: {shown.stderr.strip()}")
    return shown.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
