"""However a run ends, nothing that it started is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.project import TIMEOUT, Project
from tools.projects import REPOSITORY

pytestmark = pytest.mark.skipif(not Path("/proc/self/cwd").exists(), reason="needs /proc")

# Tells by a file that it runs, with a process of its own that would outlast the test.
WAITING = """
import subprocess, time
import pulumi

subprocess.Popen(["sleep", "600"])
try:
    open("running", "w").close()
    time.sleep(600)
finally:
    open("cleaned up", "w").close()
"""


@pytest.fixture
def running(project: Project) -> Iterator[subprocess.Popen[str]]:
    """An `up` in the middle of its program."""
    project.write(WAITING)
    with project.start("up", "--yes", "--skip-preview") as up:
        deadline = time.monotonic() + TIMEOUT
        while not (project.folder / "running").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(project.processes()) >= 5, "CLI, host, guard, program and the program's own"
        yield up
        up.kill()


def host_of(running: subprocess.Popen[str]) -> int:
    """The CLI's only child."""
    tasks = Path(f"/proc/{running.pid}/task").glob("*/children")
    (host,) = (child for task in tasks for child in task.read_text().split())
    return int(host)


def test_an_interrupt_ends_the_program_in_peace(
    project: Project, running: subprocess.Popen[str]
) -> None:
    running.send_signal(signal.SIGINT)
    printed, _ = running.communicate(timeout=TIMEOUT)
    assert running.returncode != 0
    assert "update canceled" in printed
    assert "Traceback" not in printed and "KeyboardInterrupt" not in printed
    assert (project.folder / "cleaned up").exists()
    assert project.wait_until_alone() == set()


def test_a_killed_engine_takes_everything_with_it(
    project: Project, running: subprocess.Popen[str]
) -> None:
    running.kill()
    assert project.wait_until_alone() == set()
    running.communicate(timeout=TIMEOUT)
    assert "canceled" in project.run("cancel", "--yes").stdout
    project.write("import pulumi\n")
    assert project.run("up", "--yes", "--skip-preview").returncode == 0


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_host_takes_the_program_with_it(
    project: Project, running: subprocess.Popen[str], number: signal.Signals
) -> None:
    os.kill(host_of(running), number)
    running.communicate(timeout=TIMEOUT)
    assert running.returncode != 0
    assert project.wait_until_alone() == set()


@pytest.mark.slow
def test_an_interrupt_that_hits_a_finalizer_ends_the_program_without_a_word() -> None:
    code = (
        "from tools.engine import executor\n"
        "class Finalized:\n"
        "    def __del__(self):\n"
        "        executor._interrupt(2, None)\n"
        "Finalized()\n"
        "print('still here')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGINT, "", "")
