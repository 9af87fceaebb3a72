"""The pipelines to copy: a summary is handed on where there is one, and the verdict stands."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools.lint.workflows.__main__ import commands
from tools.projects import REPOSITORY

pytestmark = pytest.mark.slow

FOLDER = REPOSITORY / "examples" / "pipelines"
FILES = sorted(FOLDER.glob("*.yml"))
REPLAYING = [path for path in FILES if path.stem.startswith("rules-")]
IMPACT = """#!/bin/sh
[ {code} = 3 ] || echo summary
exit {code}
"""


def scripts(value: Any) -> Iterator[str]:
    """Texts of a pipeline that run the command."""
    if isinstance(value, str):
        if "scripts/impact" in value:
            yield value
        return
    for inner in value.values() if isinstance(value, dict) else value if value else ():
        if isinstance(inner, str | dict | list):
            yield from scripts(inner)


@pytest.mark.parametrize("path", REPLAYING, ids=lambda path: path.stem)
@pytest.mark.parametrize(("code", "told"), [(0, True), (1, True), (3, False)])
def test_a_summary_is_handed_on_whatever_the_verdict_and_nothing_without_one(
    tmp_path: Path, path: Path, code: int, told: bool
) -> None:
    (script,) = scripts(yaml.safe_load(path.read_text(encoding="utf-8")))
    program = tmp_path / "flow-logs" / "scripts" / "impact"
    program.parent.mkdir(parents=True)
    program.write_text(IMPACT.format(code=code))
    program.chmod(0o755)
    output = tmp_path / "output"
    output.touch()

    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        cwd=tmp_path,
        env={"PATH": "/bin:/usr/bin", "PWD": str(tmp_path), "GITHUB_OUTPUT": str(output)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == code
    assert ("true" in done.stdout + output.read_text()) is told
    assert (tmp_path / "summary.md").read_text() == ("summary\n" if told else "")


def test_they_are_linted_as_our_own() -> None:
    linted = {word for command in commands(REPOSITORY) for word in command}
    assert FILES
    assert {str(path) for path in FILES} <= linted


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_page_names_each(path: Path) -> None:
    page = path.stem.partition("-")[0]
    assert f"examples/pipelines/{path.name}" in (REPOSITORY / "docs" / f"{page}.md").read_text()
