"""Says hour by hour what was recorded: `python -m commands.ledger --stack STACK [--days 90]`.

Reads flow logs, rows of workspaces and the activity log, with `--stack NAME` or
`--subscription ID`. Reads only. Exit code 0: told; 1: a gap of `--fail-on-gap HOURS` or more; 3:
the settings, the log-in or Azure did not let it look.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime

from azure.core.exceptions import AzureError

from commands.checks.reading import quiet, unanswered
from commands.checks.scope import scope_of
from commands.ledger.book import Book
from commands.ledger.document import Ledger, Question, document, lines
from commands.recorded.evidence import window_of
from commands.recorded.hour_rows import QUERY
from commands.recorded.proof import Answers, Proof, ask
from commands.recorded.rows import text_of
from commands.replay.options import parser, tell
from commands.shared import command_line
from commands.shared.command_line import NO_ANSWER
from estate.arm_id import key
from estate.cloud import Cloud, connect
from estate.discover import read_estate
from plan import naming
from stack.settings.model import Settings
from tools.command import complain, run
from wording import FlowLogsError, speaking_to

FOUND = 1  # exit code: a gap as long as --fail-on-gap
DAYS = 90


def main(arguments: Sequence[str] | None = None) -> int:
    """Looks, prints the ledger, and returns the exit code."""
    options = parser("ledger", "Says hour by hour what was recorded. Reads only.", days=DAYS)
    options.add_argument(
        "--fail-on-gap", metavar="HOURS", type=_hours, help="exit code 1 for a gap that long"
    )
    asked = options.parse_args(arguments)
    with speaking_to(command_line.audience(asked)):
        try:
            settings = command_line.settings_of(asked, os.environ)
            found = look(
                connect(settings.identity),
                settings,
                datetime.now(UTC),
                asked.days,
                named=bool(asked.stack),
            )
        except FlowLogsError as error:
            return _refuse(str(error))
        except AzureError as error:
            return _refuse(unanswered(error))
    tell(asked.json, lambda: document(found), lines(found))
    limit = asked.fail_on_gap
    return FOUND if limit is not None and found.longest_gap() >= limit else 0


def look(cloud: Cloud, settings: Settings, now: datetime, days: int, *, named: bool) -> Ledger:
    """The ledger of what the settings want recorded. Raises EstateError and AzureError."""
    estate = read_estate(cloud, settings.subscriptions, naming.home(settings), quiet)
    scope = scope_of(estate, settings, named=named)
    window = window_of(now, days)
    own = scope.estate.workspace
    answers = ask(
        cloud,
        scope.flow_logs,
        window,
        now,
        watchers=[watcher.id for watcher in estate.watchers],
        workspaces=[own.id] if own else [],
    )
    return Ledger(
        window=window,
        questions=[_question(workspace, answers, now) for workspace in answers.hours.asked],
        entries=tuple(Book(scope, Proof(answers), window).entries()),
        notes=tuple(answers.notes()),
    )


def _question(workspace: str, answers: Answers, now: datetime) -> Question:
    return Question(
        workspace=workspace,
        asked_at=now,
        query=text_of(QUERY, answers.window),
        rows=sum(row.workspace == key(workspace) for row in answers.hours.rows),
    )


def _hours(text: str) -> int:
    with suppress(ValueError):
        if (hours := int(text)) >= 1:
            return hours
    raise argparse.ArgumentTypeError(f"'{text}' must be a whole number of hours from 1 on")


def _refuse(line: str) -> int:
    complain("ledger", line)
    return NO_ANSWER


if __name__ == "__main__":
    run(main, "ledger", NO_ANSWER)
