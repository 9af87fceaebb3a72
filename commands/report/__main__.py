"""Writes the report, one self-contained HTML page: ``python -m commands.report``.

Made from the JSON of ``pulumi stack output --json`` or, richer, from the plan that a run left in
the file named by ``FLOW_LOGS_PLAN_FILE``.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from commands.ledger.document import Ledger
from commands.replay.usage_document import Told
from commands.report import from_ledger, from_rules
from commands.report.facts import SourceError
from commands.report.render import page
from commands.report.source import read
from commands.shared.configuration import stack_name
from commands.shared.engine import Engine
from printable import printable
from tools.command import Parser, complain, run
from tools.command import write as write_file
from tools.engine.locate import cli
from tools.setup.console import SetupError

DEFAULT_OUTPUT = Path("flow-logs-report.html")


def main(arguments: Sequence[str]) -> int:
    """Prints the path of the report; 1, with one line on stderr, where there is none to write."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if [options.source, options.rules, options.ledger].count("-") > 1:
        parser.error("standard input is the source, the rules or the ledger; give files for others")
    try:
        told = from_rules.read(*_text(options.rules)) if options.rules else None
        ledger = from_ledger.read(*_text(options.ledger)) if options.ledger else None
        write(*_source(options.source, options.stack), options.output, told, ledger)
    except (SourceError, SetupError) as error:
        complain("report", str(error))
        return 1
    print(printable(str(options.output)))
    return 0


def write(
    text: str,
    source: str,
    output: Path,
    told: Told | None = None,
    ledger: Ledger | None = None,
) -> None:
    """Writes the report of JSON text, which errors call ``source``. Raises SourceError."""
    made = page(read(text, source), date.today(), told, ledger)
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        write_file(output, made)
    except OSError as error:
        raise SourceError(f"{output} cannot be written: {error.strerror}") from error


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
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
    given.add_argument(
        "--stack", type=stack_name, help="read the outputs of this stack with the Pulumi CLI"
    )
    parser.add_argument(
        "--rules",
        metavar="FILE",
        help="show the use of security rules, too, from what 'python -m commands.rules --json "
        "FILE' wrote; - is standard input",
    )
    parser.add_argument(
        "--ledger",
        metavar="FILE",
        help="show hour by hour what was recorded, too, from what 'python -m commands.ledger "
        "--json FILE' wrote; - is standard input",
    )
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
    return _text(path or "-")


def _text(path: str) -> tuple[str, str]:
    """The text of a file, and what to call it in an error. Raises SourceError."""
    source = "standard input" if path == "-" else path
    try:
        return _bytes(path).decode("utf-8-sig"), source
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise SourceError(f"{source} cannot be read: {reason}") from error


def _bytes(path: str) -> bytes:
    if path != "-":
        return Path(path).read_bytes()
    return sys.stdin.buffer.read() if sys.stdin else b""


def _outputs(stack: str) -> str:
    try:
        engine = Engine(cli(), Path.cwd(), os.environ)
        shown = engine.run("stack", "output", "--json", "--stack", stack)
    except subprocess.TimeoutExpired as error:
        raise SourceError(f"stack {stack}: no answer in {error.timeout:.0f} seconds") from error
    if shown.code:
        raise SourceError(f"the outputs of stack {stack} cannot be read: {shown.stderr.strip()}")
    return shown.stdout


if __name__ == "__main__":
    run(main, "report")
