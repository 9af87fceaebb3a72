"""Checks the pipelines of the checkout, quietly: `python -m tools.lint.workflows [FOLDER]`.

actionlint and zizmor (at its strictest, without network) read the GitHub workflows; the published
JSON schemas, as check-jsonschema carries them, hold for those and for azure-pipelines.yml. The
pipelines to copy, in examples/pipelines, are held to the same. Exit code 1 where any of them finds
something, with its own words.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

from tools.command import run
from tools.lint.workflows.linters import actionlint, wheels
from tools.setup.console import SetupError, progress

REPOSITORY = Path(__file__).resolve().parents[3]
WIDTH = 300  # characters of a line; a schema's complaint repeats the whole file


def commands(folder: Path) -> Iterator[list[str]]:
    """Commands to run, in the folder to check. Raises SetupError."""
    own = sorted(map(str, folder.glob(".github/workflows/*.yml")))
    copied = sorted(map(str, folder.glob("examples/pipelines/*-github.yml")))
    workflows = [*own, *copied]
    pipelines = sorted(map(str, folder.glob("examples/pipelines/*-azure-pipelines.yml")))
    # Other linters that happen to be on PATH would make the verdict depend on the machine.
    yield [str(actionlint()), "-no-color", "-shellcheck=", "-pyflakes=", *workflows]
    programs = wheels()
    strict = ["--offline", "--quiet", "--no-progress", "--persona=auditor"]
    yield [str(programs / "zizmor"), *strict, str(folder / ".github"), *copied]
    schema = [str(programs / "check-jsonschema"), "--color=never", "--builtin-schema"]
    yield [*schema, "vendor.github-workflows", *workflows]
    yield [*schema, "vendor.dependabot", str(folder / ".github" / "dependabot.yml")]
    yield [
        *(*schema, "vendor.azure-pipelines", "--data-transform", "azure-pipelines"),
        *("--regex-variant", "nonunicode", str(folder / "azure-pipelines.yml"), *pipelines),
    ]


def main(arguments: list[str]) -> int:
    """Exit code: 0 nothing found, 1 something."""
    folder = Path(arguments[0]).resolve() if arguments else REPOSITORY
    findings = 0
    try:
        for command in commands(folder):
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
            if done.returncode:
                findings += 1
                for line in (done.stdout + done.stderr).splitlines():
                    print(line[:WIDTH])
    except SetupError as error:
        progress(str(error))
        return 1
    if not findings:
        print("pipelines: actionlint, zizmor and the published schemas find nothing")
    return int(findings > 0)


if __name__ == "__main__":
    run(main, "workflows")
