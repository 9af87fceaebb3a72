"""Says what is wrong with the flow logs of a subscription: `python -m commands.doctor`.

Reads only, in any subscription, with `--stack NAME` or `--subscription ID`. Exit code 0: nothing
wrong; 1: warnings; 2: evidence is being lost; 3: the settings, the log-in or Azure did not let it
look.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from azure.core.exceptions import AzureError

from commands.checks import doctor_checks, output, recording
from commands.checks.doctor_checks import Examination
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
    """Looks, prints findings and the proof of recording, and returns the exit code."""
    parser = command_line.parser("doctor", "Says what is wrong with flow logs. Reads only.")
    asked = parser.parse_args(arguments)
    with speaking_to(command_line.audience(asked)):
        return _examine(asked, datetime.now(UTC))


def _examine(asked: argparse.Namespace, now: datetime) -> int:
    try:
        settings = command_line.settings_of(asked, os.environ)
        cloud = connect(settings.identity)
        found = doctor_checks.look(cloud, settings, now, named=bool(asked.stack))
    except FlowLogsError as error:
        return _refuse(str(error))
    except AzureError as error:
        return _refuse(unanswered(error))
    for line in _document(found, now) if asked.json else map(printable, _lines(found, now)):
        print(line)
    return exit_code(found.findings)


def _document(found: Examination, now: datetime) -> Iterator[str]:
    told = output.document("doctor", now, found.subscriptions, found.findings)
    whole = {**told, "recording": recording.document(found.proofs)}
    yield printable_json(json.dumps(whole, indent=2))


def _lines(found: Examination, now: datetime) -> Iterator[str]:
    yield from output.long(found.findings)
    yield from recording.table(found.proofs, now)
    looked_at = ", ".join(count(number, what) for what, number in found.looked_at.items())
    yield output.verdict(found.findings, doctor_checks.CHECKS, looked_at)


def _refuse(line: str) -> int:
    complain("doctor", line)
    return NO_ANSWER


if __name__ == "__main__":
    run(main, "doctor", NO_ANSWER)
