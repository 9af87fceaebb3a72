"""The main job on local Azure, told as a short story with the figures that came out.

Everything lies in ``.local/demo`` of the checkout and is made afresh each time: the state of the
stacks, what local Azure holds, and copies of the stack files (so that the checkout stays as it is).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from textwrap import fill

from commands.report import __main__ as report
from commands.review.policy_pack import guard
from commands.shared.engine import Engine, Run
from commands.shared.states import STATES
from estate.arm_id import name_of
from localazure.environment import environment
from localazure.process import Server, serving
from plan.views.document import PLAN_FILE
from printable import printable
from tools.command import Parser, complain, run
from tools.engine.locate import cli
from tools.projects import REPOSITORY, SAMPLE_ESTATE, copy_project
from tools.setup.console import SetupError

_TO_DO = {"create": "to create", "import": "to adopt", "update": "to update", "delete": "to delete"}
_DONE = {"create": "created", "import": "adopted", "update": "updated", "delete": "deleted"}
LINE = 100  # characters
TIMEOUT = 120  # seconds for the doctor
FOLDER = REPOSITORY / ".local" / "demo"
PLAN = FOLDER / "plan.json"
STACKS = ("dev", "prod")


class DemoError(Exception):
    """A step did not end as it must; the text says which, with the engine's own words."""


def main(arguments: Sequence[str]) -> int:
    """Tells the story; 0 when every step ended as it must."""
    Parser(
        prog="scripts/demo",
        description="Runs the main job on local Azure, in .local/demo of the checkout; no options.",
    ).parse_args(arguments)
    shutil.rmtree(FOLDER, ignore_errors=True)
    try:
        with serving(SAMPLE_ESTATE, FOLDER / "azure") as server:
            _Story(server).tell()
    except (DemoError, SetupError) as error:
        complain("demo", str(error))
        return 1
    return 0


class _Story:
    def __init__(self, server: Server) -> None:
        self._server = server
        self._environment = environment(server.port, FOLDER / "pulumi")
        self._engine = Engine(
            cli(),
            copy_project(FOLDER / "flow-logs"),
            {**self._environment, PLAN_FILE: str(PLAN)},
        )

    def tell(self) -> None:
        _say(
            f"Local Azure, a stand-in on this machine ({self._server.url}), holds contoso's estate."
        )
        for stack in STACKS:
            self._environment_of(stack)
        self._examined()
        self._refused()
        self._consumer()
        _say(
            "\nThe demo ends here. README says how to point the program at your own subscription.\n"
            f"What local Azure held at the end is in {FOLDER.relative_to(REPOSITORY)}/azure.\n"
            "The report, one HTML page for each environment, is in "
            f"{' and '.join(str(_report_of(stack)) for stack in STACKS)}"
        )

    def _environment_of(self, stack: str) -> None:
        _say(f"\n{stack}")
        self._must("stack init", self._engine.run("stack", "init", stack))
        preview = self._must(f"preview of {stack}", self._operate("preview", stack))
        for line in preview.messages("info"):
            _say(f"  {line}")
        for line in preview.messages("warning"):
            _say(f"  ! {line}")
        _say(f"  preview, with the policy pack: {_changes(preview)}")
        self._made(stack)
        self._unchanged(stack)

    def _made(self, stack: str) -> None:
        before = len(self._server.writes())
        done = self._must(f"up of {stack}", self._operate("up", stack, "--continue-on-error"))
        writes = len(self._server.writes()) - before
        _say(f"  up: {_changes(done, done=True)}; {writes} writes to Azure (the stack itself,")
        _say("    its components and its providers exist in Pulumi alone)")
        self._installed(stack)
        report.write(PLAN.read_text(encoding="utf-8"), PLAN.name, _report_of(stack))

    def _installed(self, stack: str) -> None:
        """Names what stands on the flow logs now, from the stack's outputs."""
        found = self._engine.outputs(stack)
        for word, names in (("queries", found["savedQueries"]), ("alerts", found["alerts"])):
            _say(_wrapped(f"  {len(names)} {word}: {', '.join(names)}"))
        _say(f"  a workbook: {name_of(found['workbookId'])}")

    def _unchanged(self, stack: str) -> None:
        before = len(self._server.writes())
        done = self._must(f"second up of {stack}", self._operate("up", stack))
        writes = len(self._server.writes()) - before
        if done.changes or writes:
            raise DemoError(f"the second up of {stack} changed {_changes(done)}, {writes} writes")
        _say("  second up: no changes, no writes to Azure")

    def _examined(self) -> None:
        _say("\nThe doctor on prod (python -m commands.doctor --stack prod)")
        done = subprocess.run(
            [
                *(sys.executable, "-m", "commands.doctor", "--json"),
                *("--stack", "prod", "--project", str(self._engine.project)),
            ],
            cwd=REPOSITORY,
            env={**os.environ, **self._environment},
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
        if done.returncode not in (0, 1):
            raise DemoError(f"the doctor found errors in prod:\n{done.stdout}{done.stderr}")
        told = json.loads(done.stdout)
        recording = [found["recording"] for found in told["recording"]]
        _say(f"  {recording.count('recording')} of {len(recording)} flow logs have delivered rows")
        for found in told["findings"]:
            _say(f"  {found['severity']}: {name_of(found['subject'])}: {found['what']}")

    def _refused(self) -> None:
        _say("\nA pull request that sets flow-logs:retentionDays to 7 in prod")
        changed = _with_retention(self._engine.project / "Pulumi.prod.yaml", days=7)
        done = self._operate("preview", "prod", "--config-file", str(changed))
        refused = [found for found in done.violations if found.level == "mandatory"]
        if not done.code or not refused:
            raise DemoError("the policy pack let a retention of 7 days pass")
        _say(f"  the pack refuses it with exit code {done.code}: {len(refused)} violations. One is")
        name = refused[0].urn.rsplit("::", 1)[-1]
        _say(f"  {refused[0].policy} on {name}:")
        for line in refused[0].message.splitlines():
            _say(f"    {line.strip()}")

    def _consumer(self) -> None:
        _say("\nAnother team's stack reads the outputs of prod (examples/consumer)")
        project = copy_project(FOLDER / "consumer", REPOSITORY / "examples" / "consumer")
        engine = Engine(cli(), project, self._environment)
        self._must("stack init", engine.run("stack", "init", "prod"))
        self._must("up of the consumer", engine.operate("up", "prod"))
        found = engine.outputs("prod")
        _say(f"  {found['source']}: {found['covered']} network security groups are covered by")
        _say(f"  {found['flowLogs']} flow logs; its workspace is {name_of(found['workspaceId'])}")
        _say("  its virtual networks:")
        for state, count in found["networks"].items():
            _say(f"    {count} {state}: {STATES[state]}")

    def _operate(self, operation: str, stack: str, *arguments: str) -> Run:
        return self._engine.operate(operation, stack, *guard(stack), *arguments)

    def _must(self, what: str, done: Run) -> Run:
        if done.code:
            said = "\n".join(done.messages("error")) or done.stderr or done.stdout
            raise DemoError(f"{what} failed with exit code {done.code}:\n{said}")
        return done


def _report_of(stack: str) -> Path:
    return FOLDER / f"report-{stack}.html"


def _with_retention(stack_file: Path, days: int) -> Path:
    changed = stack_file.with_name("pull-request.yaml")
    lines = stack_file.read_text().splitlines()
    key = "  flow-logs:retentionDays:"
    changed.write_text(
        "\n".join(f"{key} {days}" if line.startswith(key) else line for line in lines)
    )
    return changed


def _changes(run: Run, *, done: bool = False) -> str:
    """Numbers of changes in words; an adopted flow log that is brought to standard counts once."""
    changes = run.changes
    changes["update"] -= len(_adopted_and_updated(run))
    words = _DONE if done else _TO_DO
    counted = [f"{changes[op]} {word}" for op, word in words.items() if changes[op] > 0]
    return ", ".join(counted) or "no changes"


def _adopted_and_updated(run: Run) -> set[str]:
    adopted = {urn for op, urn in run.steps if op == "import"}
    return adopted & {urn for op, urn in run.steps if op == "update"}


def _wrapped(line: str) -> str:
    return fill(line, width=LINE, subsequent_indent="    ", break_on_hyphens=False)


def _say(line: str) -> None:
    print("\n".join(map(printable, line.split("\n"))), flush=True)


if __name__ == "__main__":
    run(main, "demo")
