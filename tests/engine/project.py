"""A tiny Pulumi project for the real CLI and our language host: no cloud provider, local state."""

from __future__ import annotations

import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

# Seconds that a run of the CLI may take here; it takes about one.
TIMEOUT = 60
COMPONENTS = """
import pulumi

class Thing(pulumi.ComponentResource):
    def __init__(self, name):
        super().__init__("tiny:index:Thing", name)

"""


@dataclass(frozen=True)
class Project:
    """A project `tiny` with a stack `dev`.

    folder: where Pulumi.yaml is; everything a test makes lies below its parent.
    """

    cli: Path
    folder: Path
    environment: dict[str, str]

    def write(self, program: str) -> None:
        """Makes this text the program."""
        (self.folder / "__main__.py").write_text(program)

    def configure(self, runtime: str) -> None:
        """Writes Pulumi.yaml with these runtime options, in YAML's flow style."""
        text = f"name: tiny\nruntime: {{name: python, options: {{{runtime}}}}}\n"
        (self.folder / "Pulumi.yaml").write_text(text)

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Runs the CLI to its end; stdout holds stderr too, in the order of printing."""
        return subprocess.run(
            [self.cli, *arguments],
            cwd=self.folder,
            env={"PULUMI_STACK": "dev"} | self.environment | variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Starts the CLI; the caller waits for it."""
        return subprocess.Popen(
            [self.cli, *arguments],
            cwd=self.folder,
            env={"PULUMI_STACK": "dev"} | self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def processes(self) -> set[int]:
        """Ids of the living processes that work in a folder of this test."""
        return {int(entry.name) for entry in Path("/proc").glob("[0-9]*") if self._is_here(entry)}

    def _is_here(self, process: Path) -> bool:
        try:
            return (process / "cwd").readlink().is_relative_to(self.folder.parent)
        except OSError:
            return False

    def wait_until_alone(self, seconds: float = 15) -> set[int]:
        """Waits for all processes of this test to end; the ids of those that do not."""
        deadline = time.monotonic() + seconds
        while self.processes() and time.monotonic() < deadline:
            time.sleep(0.05)
        return self.processes()


def diagnostics(printed: str) -> str:
    """The last part of what the CLI prints: each message once, in full."""
    return printed.partition("Diagnostics:")[2].partition("Resources:")[0]
