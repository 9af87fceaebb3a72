"""The commands of docs/report.md, on a stack of the sample estate with the real engine."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from tests.commands.report.reading import Page
from tests.e2e.stage import stage
from tools.projects import REPOSITORY


def _commands() -> list[str]:
    page = (REPOSITORY / "docs" / "report.md").read_text(encoding="utf-8")
    return re.findall(r"```sh\n(.*?)```", page, re.DOTALL)


def test_the_commands_of_the_page_make_reports(tmp_path: Path, pulumi_cli: Path) -> None:
    with stage(tmp_path) as there:
        there.stack("prod")
        done = there.up("prod")
        assert done.code == 0, done.stdout
        project = there.engine.project
        (project / ".venv").symlink_to(REPOSITORY / ".venv")
        variables = {**os.environ, **there.engine.environment, "PYTHONPATH": str(REPOSITORY)}
        reports = []
        for command in _commands():
            made = subprocess.run(
                ["sh", "-ec", command],
                cwd=project,
                env=variables,
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            assert made.returncode == 0, made.stdout + made.stderr
            assert made.stdout.splitlines()[-1] == "report.html"
            reports.append(Page((project / "report.html").read_text(encoding="utf-8")))
    names = [[row["name"][0] for row in report.rows("groups")] for report in reports]
    assert names[0] == names[1] == names[2]
    assert len(names[0]) == 17
    assert "from stack outputs" in reports[1].text
    assert "contoso-prod" in reports[2].text
    assert reports[4].rows("strips") and reports[4].rows("periods")
    assert {row["group"][0] for row in reports[3].rows("rules")} >= set(names[0])


def test_a_stack_that_is_not_there_is_one_line(tmp_path: Path, pulumi_cli: Path) -> None:
    with stage(tmp_path) as there:
        refused = subprocess.run(
            [REPOSITORY / ".venv" / "bin" / "python", "-m", "commands.report", "--stack", "none"],
            cwd=there.engine.project,
            env={**os.environ, **there.engine.environment, "PYTHONPATH": str(REPOSITORY)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert (refused.returncode, refused.stdout) == (1, "")
    assert re.fullmatch(r"report: the outputs of stack none cannot be read: .+\n", refused.stderr)
