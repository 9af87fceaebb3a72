"""How the CLI is run: what Ctrl-C does to an update."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from tools.projects import REPOSITORY

TIMEOUT = 60  # seconds until the two processes must have ended

# Ends a while after Ctrl-C, as the CLI does, which first finishes what it has begun. It is ready
# once the process that started it has surely come to wait for it.
CLI = """#!/bin/sh
trap 'sleep 1; echo freed > lock; exit 3' INT
echo held > lock
sleep 1
echo ready
while :; do sleep 0.1; done
"""

PROGRAM = """
import sys
from pathlib import Path
from commands.engine import Engine
print("ended with", Engine(Path(sys.argv[1]), Path.cwd(), {}).show("up").code, file=sys.stderr)
"""


def test_an_interrupted_update_ends_by_itself_and_is_waited_for(tmp_path: Path) -> None:
    cli = tmp_path / "pulumi"
    cli.write_text(CLI)
    cli.chmod(0o755)
    run = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(cli)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # A suite that runs in the background ignores Ctrl-C, which its processes would inherit.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert run.stderr
    assert run.stderr.readline() == "ready\n"
    os.killpg(run.pid, signal.SIGINT)
    _, said = run.communicate(timeout=TIMEOUT)
    assert (said, run.returncode) == ("ended with 3\n", 0)
    assert (tmp_path / "lock").read_text() == "freed\n"
