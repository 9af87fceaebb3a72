"""Local Azure as a process of its own, for programs that need one for a while."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

REPOSITORY = Path(__file__).resolve().parent.parent
STOP_TIMEOUT = 20  # seconds that a server may take to end before it is killed
LOG = "requests.log"
WRITES = ("PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Request:
    """One request that the server answered."""

    method: str
    path: str
    status: int


@dataclass(frozen=True)
class Server:
    """A running server: its port, and where it logs each request."""

    port: int
    log: Path

    @property
    def url(self) -> str:
        """The address, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def requests(self) -> list[Request]:
        """Every request so far."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        entries = map(json.loads, lines)
        return [Request(entry["method"], entry["path"], entry["status"]) for entry in entries]

    def writes(self) -> list[Request]:
        """Every request so far that changes something."""
        return [request for request in self.requests() if request.method in WRITES]


@contextmanager
def serving(estate: Path, folder: Path, *options: str) -> Iterator[Server]:
    """Runs `localazure serve` on an estate; `folder` takes its log and its state file.

    `options` are further options of the command. Raises RuntimeError with what the server said
    where it does not start.
    """
    process = start([*files(estate, folder), *options])
    try:
        yield Server(port(process), folder / LOG)
    finally:
        stop(process)


def files(estate: Path, folder: Path) -> list[str]:
    """Options by which a server keeps its state and its log in a folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    state, log = folder / "azure.json", folder / LOG
    return ["--estate", str(estate), "--state", str(state), "--log", str(log)]


def start(options: Sequence[str], errors: IO[str] | None = None) -> subprocess.Popen[str]:
    """Starts a server on a free port; `errors` takes its stderr, by default ours does."""
    return subprocess.Popen(
        [sys.executable, "-m", "localazure", "serve", "--port", "0", *options],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
    )


def port(process: subprocess.Popen[str]) -> int:
    """The port that a server listens on by now. Raises RuntimeError where it ended instead."""
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    if not address:
        raise RuntimeError("local Azure did not start; its stderr says why")
    return int(address.rsplit(":", 1)[-1])


def stop(process: subprocess.Popen[str]) -> int:
    """Ends a server as a user would, by SIGTERM, and returns its exit code."""
    process.terminate()
    with process:
        try:
            return process.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()
