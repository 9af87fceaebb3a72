"""Says before a run what would stop it: `python -m commands.preflight --stack NAME`.

Reads only. Exit code 0: nothing in the way; 1: warnings; 2: something would be refused; 3: the
settings, the log-in or Azure did not let it look.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from azure.core.exceptions import AzureError

from commands.checks import flight, options, output
from commands.checks.finding import NO_ANSWER, exit_code
from estate.cloud import connect, one_line
from estate.model import EstateError
from plan.configuration import SettingsError


def main(arguments: Sequence[str] | None = None) -> int:
    """Looks, prints a line for each finding or a JSON document, and returns the exit code."""
    asked = _options(arguments)
    try:
        settings = options.settings_of(asked, os.environ)
        cloud = connect(settings.identity)
        report = flight.look(cloud, settings, deploying=asked.purpose == "deploy")
    except (SettingsError, EstateError) as error:
        return _refuse(str(error))
    except AzureError as error:
        return _refuse(f"Azure could not be read: {one_line(error)}")
    if asked.json:
        now = datetime.now(UTC)
        told = output.document("preflight", now, report.subscriptions, report.findings)
        print(json.dumps(told, indent=2))
        return exit_code(report.findings)
    for line in output.short(report.findings):
        print(line)
    looked_at = output.number(len(report.subscriptions), "subscription")
    print(output.verdict(report.findings, flight.CHECKS, looked_at))
    return exit_code(report.findings)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = options.parser("preflight", "Says what would stop a run. Reads only.")
    parser.add_argument(
        "--for",
        dest="purpose",
        choices=("deploy", "preview"),
        default="deploy",
        help="preview: another identity will deploy, so that its rights are not judged",
    )
    return parser.parse_args(arguments)


def _refuse(line: str) -> int:
    print(f"preflight: {line}", file=sys.stderr)
    return NO_ANSWER


if __name__ == "__main__":
    sys.exit(main())
