"""Says before a run what would stop it: `python -m commands.preflight --stack NAME`.

Reads only. Exit code 0: nothing in the way; 1: warnings; 2: something would be refused; 3: the
settings, the log-in or Azure did not let it look.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from azure.core.exceptions import AzureError

from commands.checks import output, preflight_checks
from commands.checks.finding import exit_code
from commands.checks.reading import unanswered
from commands.shared import command_line
from commands.shared.command_line import NO_ANSWER
from estate.cloud import connect
from plan.text import count
from printable import printable, printable_json
from tools.command import complain, run
from wording import FlowLogsError, speaking_to


def main(arguments: Sequence[str] | None = None) -> int:
    """Looks, prints a line for each finding or a JSON document, and returns the exit code."""
    asked = _options(arguments)
    with speaking_to(command_line.audience(asked)):
        return _judge(asked)


def _judge(asked: argparse.Namespace) -> int:
    try:
        report = _look(asked)
    except FlowLogsError as error:
        return _refuse(str(error))
    except AzureError as error:
        return _refuse(unanswered(error))
    for line in _document(report) if asked.json else map(printable, _lines(report)):
        print(line)
    return exit_code(report.findings)


def _document(report: preflight_checks.Report) -> Iterator[str]:
    now = datetime.now(UTC)
    told = output.document("preflight", now, report.subscriptions, report.findings)
    yield printable_json(json.dumps(told, indent=2))


def _lines(report: preflight_checks.Report) -> Iterator[str]:
    yield from output.short(report.findings)
    looked_at = count(len(report.subscriptions), "subscription")
    yield output.verdict(report.findings, preflight_checks.CHECKS, looked_at)


class BlindError(Exception):
    """Preflight could not look, so that nobody knows what the run would do; one line."""


def obstacles(stack: str, purpose: str) -> list[str]:
    """A line for each error of a stack; ``purpose`` as in ``--for``. Raises BlindError."""
    asked = _options(["--stack", stack, "--for", purpose])
    try:
        report = _look(asked)
    except FlowLogsError as error:
        raise BlindError(str(error)) from error
    except AzureError as error:
        raise BlindError(unanswered(error)) from error
    errors = [found for found in report.findings if found.severity == "error"]
    return list(output.short(errors))


def _look(asked: argparse.Namespace) -> preflight_checks.Report:
    settings = command_line.settings_of(asked, os.environ)
    return preflight_checks.look(
        connect(settings.identity), settings, deploying=asked.purpose == "deploy"
    )


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = command_line.parser("preflight", "Says what would stop a run. Reads only.")
    parser.add_argument(
        "--for",
        dest="purpose",
        choices=("deploy", "preview"),
        default="deploy",
        help="preview: another identity will deploy, so that its rights are not judged",
    )
    return parser.parse_args(arguments)


def _refuse(line: str) -> int:
    complain("preflight", line)
    return NO_ANSWER


if __name__ == "__main__":
    run(main, "preflight", NO_ANSWER)
