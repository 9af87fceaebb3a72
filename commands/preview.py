"""A preview of a stack, told to a reviewer: `scripts/preview STACK [--output FILE]`.

Runs preflight, then the engine's preview with the policy pack, and prints one Markdown summary.
Exit code 1 where Azure would refuse the run, the preview fails, a mandatory policy refuses it, or
it would take away a flow log that Azure never makes again.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from commands.review.obstacles import stopped
from commands.review.outcome import Outcome
from commands.review.policy_pack import guard
from commands.review.summary import summary
from commands.shared.configuration import stack_name
from commands.shared.engine import Engine
from commands.shared.volume import measured
from plan.views.document import PLAN_FILE
from plan.views.document_types import PlanDocument
from tools.command import Parser, complain, run, write
from tools.engine.locate import cli
from tools.projects import REPOSITORY
from tools.setup.console import SetupError


def preview(stack: str) -> Outcome:
    """Previews a stack of this checkout. Raises SetupError without a usable CLI."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.json"
        engine = Engine(cli(), REPOSITORY, {**os.environ, PLAN_FILE: str(path)})
        run = engine.operate("preview", stack, "--suppress-outputs", *guard(stack))
        return Outcome(stack, run, _plan(path))


def _plan(path: Path) -> PlanDocument | None:
    """The plan that the program left; None where it came to none, or to a part of one."""
    try:
        plan: PlanDocument = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return plan


def reviewed(outcome: Outcome) -> str:
    """The summary, with the volume of flow logs that record already where anything changes."""
    if outcome.plan and outcome.changes:
        outcome = replace(outcome, volume=measured(outcome.plan, outcome.stack))
    return summary(outcome)


def options(command: str, arguments: list[str], purpose: str) -> argparse.Namespace:
    """``stack`` and ``output`` from the command line of a script."""
    parser = Parser(prog=f"scripts/{command}", description=purpose)
    parser.add_argument("stack", type=stack_name, help="name of the stack, such as dev")
    parser.add_argument("--output", type=Path, help="also write the summary to this file")
    return parser.parse_args(arguments)


def tell(text: str, output: Path | None) -> None:
    """Prints a summary and writes it where it is wanted too. Raises OSError, with the file."""
    print(text, end="", flush=True)
    if output:
        output.parent.mkdir(parents=True, exist_ok=True)
        write(output, text)


def exit_code_of(command: Callable[[list[str]], int], name: str, arguments: list[str]) -> int:
    """Runs a command; 1 with one line on stderr where there is no CLI or no end."""
    try:
        return command(arguments)
    except SetupError as error:
        complain(name, str(error))
    except subprocess.TimeoutExpired as error:
        complain(name, f"the engine was not through after {error.timeout:.0f} seconds")
    return 1


def main(arguments: list[str]) -> int:
    """Exit code: 0 may be merged, 1 must not."""
    chosen = options("preview", arguments, "Previews a stack and prints a summary for a reviewer.")
    if obstacles := stopped(chosen.stack, "preview"):
        tell(obstacles, chosen.output)
        return 1
    outcome = preview(chosen.stack)
    tell(reviewed(outcome), chosen.output)
    return int(outcome.fails)


if __name__ == "__main__":
    run(partial(exit_code_of, main, "preview"), "preview")
