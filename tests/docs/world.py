"""A copy of the checkout and a local Azure, in which a page's commands are run as they stand."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from localazure.environment import environment
from localazure.process import serving
from tests.docs.pages import commands
from tools.engine import cache
from tools.projects import REPOSITORY, SAMPLE_ESTATE

TIMEOUT = 240  # seconds for all commands of a page
_LEFT_OUT = shutil.ignore_patterns(
    ".venv", ".local", ".git", "__pycache__", ".*_cache", ".hypothesis", "node_modules", "tests"
)
_BACKGROUND = re.compile(r"&[ \t]*$", re.MULTILINE)
# Their exit codes 1 and 2 tell what they found; 3 that they could not look.
_FINDS = re.compile(r"^(\S+ -m commands\.(?:doctor|preflight)\b[^#\n]*)", re.MULTILINE)
# The readers' own names, as they are here: a file backend knows one organization.
_HERE = {"contoso/flow-logs/": "organization/flow-logs/"}
_WAIT = """& for _ in $(seq 200); do
  (exec 3<>/dev/tcp/127.0.0.1/{port}) 2>/dev/null && break; sleep 0.1
done"""


@dataclass(frozen=True)
class World:
    """The folder of the copy, and the variables of a reader who is logged in."""

    folder: Path
    variables: Mapping[str, str]

    def read(self, page: Path) -> str:
        """Runs a page's commands; returns what they print. Fails where one of them does."""
        blocks = [block.text for block in commands(page) if not block.reason]
        return self.run("\n".join(blocks))

    def run(self, script: str) -> str:
        """Runs commands in one shell that stops at the first failure."""
        port = _free_port()
        script = _BACKGROUND.sub(_WAIT.format(port=port), script.replace("4280", str(port)))
        script = _FINDS.sub(r"\1 || [ $? -le 2 ] ", script)
        for theirs, ours in _HERE.items():
            script = script.replace(theirs, ours)
        # A file and not a pipe, which what is left in the background would keep open.
        with tempfile.TemporaryFile("w+") as printed:
            code = _finish(self._start(script, printed))
            printed.seek(0)
            text = printed.read()
        assert code == 0, text
        return text

    def _start(self, script: str, printed: IO[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            ["bash", "-euxo", "pipefail", "-c", script],
            cwd=self.folder,
            env=dict(self.variables),
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=printed,
            start_new_session=True,
        )


def _finish(shell: subprocess.Popen[bytes]) -> int:
    """The shell's exit code; what it left running ends with it."""
    try:
        return shell.wait(TIMEOUT)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(shell.pid, signal.SIGTERM)
        shell.wait(TIMEOUT)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def world(folder: Path) -> Iterator[World]:
    """A world in a folder of its own."""
    checkout = folder / "flow-logs"
    shutil.copytree(REPOSITORY, checkout, ignore=_LEFT_OUT, symlinks=True)
    (checkout / ".venv").symlink_to(REPOSITORY / ".venv")
    home = folder / "home"
    home.mkdir()
    with serving(SAMPLE_ESTATE, folder / "azure") as server:
        variables = {
            **os.environ,
            **environment(server.port, folder / "pulumi"),
            "FLOW_LOGS_CACHE": str(cache.root()),
            "HOME": str(home),
            # A reader answers 'yes'.
            "PULUMI_SKIP_CONFIRMATIONS": "true",
        }
        yield World(checkout, variables)
