"""The steps of the pipelines as their files have them, and a checkout to run them in."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from tests.e2e.stage import Stage, stage
from tools.projects import REPOSITORY, SAMPLE_ESTATE

TIMEOUT = 300  # seconds for one step
LEFT_OUT = shutil.ignore_patterns(".venv", ".git", ".local", ".*_cache", ".hypothesis", "*.pyc")


@dataclass(frozen=True)
class Pipeline:
    """A copy of the checkout on a local Azure, with one stack, and what its steps find set."""

    folder: Path
    there: Stage
    stack: str
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """Every variable of a step."""
        return {**os.environ, **self.there.engine.environment, **self.variables}

    def run(self, step: str) -> subprocess.CompletedProcess[str]:
        """One step, in the shell that both hosts start for it."""
        return subprocess.run(
            ["bash", "-e", "-c", step],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )

    def run_all(self, steps: list[str]) -> list[subprocess.CompletedProcess[str]]:
        """Steps one after the other, whatever becomes of them."""
        return [self.run(step) for step in steps]

    def set(self, key: str, value: str) -> None:
        """Changes one key of the stack file, as a pull request does."""
        file = self.folder / f"Pulumi.{self.stack}.yaml"
        text, count = re.subn(rf"(flow-logs:{key}:) .*", rf"\1 {value}", file.read_text())
        assert count == 1, file.read_text()
        file.write_text(text)

    def with_variables(self, variables: Mapping[str, str]) -> Pipeline:
        """The same with more variables."""
        return replace(self, variables={**self.variables, **variables})


@contextmanager
def pipeline(
    folder: Path, stack: str, *options: str, estate: Path = SAMPLE_ESTATE
) -> Iterator[Pipeline]:
    """A copy of the checkout with a stack on an estate; ``options`` are local Azure's."""
    copy = folder / "checkout"
    shutil.copytree(REPOSITORY, copy, symlinks=True, ignore=LEFT_OUT)
    (copy / ".venv").symlink_to(REPOSITORY / ".venv")
    with stage(folder / "stage", estate, *options) as there:
        there = replace(there, engine=replace(there.engine, project=copy))
        there.stack(stack)
        yield Pipeline(copy, there, stack, {"STACK": stack})


def github(workflow: str, job: str) -> list[str]:
    """The commands of a job of a GitHub workflow, in order."""
    return [step["run"] for step in _job(workflow, job)["steps"] if "run" in step]


def github_variables(workflow: str, job: str) -> set[str]:
    """Names of the variables that a job sets for its steps."""
    return set(_job(workflow, job)["env"])


def _job(workflow: str, name: str) -> Mapping[str, Any]:
    text = (REPOSITORY / ".github" / "workflows" / f"{workflow}.yml").read_text()
    found: Mapping[str, Any] = yaml.safe_load(text)["jobs"][name]
    return found


def azure(stage_name: str, stack: str) -> list[str]:
    """The commands of a stage (``preview``, ``deploy``) of azure-pipelines.yml for one stack."""
    everything = yaml.safe_load((REPOSITORY / "azure-pipelines.yml").read_text())["stages"]
    (for_each,) = (entry for entry in everything if "stage" not in entry)
    (stages,) = for_each.values()
    (found,) = (entry for entry in stages if entry["stage"].startswith(stage_name))
    (job,) = found["jobs"]
    steps = job["steps"] if "steps" in job else job["strategy"]["runOnce"]["deploy"]["steps"]
    commands = (step.get("bash") or step.get("inputs", {}).get("inlineScript") for step in steps)
    return [command.replace("${{ stack }}", stack) for command in commands if command]
