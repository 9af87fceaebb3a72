"""How the CLI is run: what Ctrl-C does to an update, and what a log that was cut still tells."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from commands.deploy import deployment
from commands.review.outcome import Outcome
from commands.review.summary import summary
from commands.shared.engine import CUT, Engine
from tests.commands.events import step
from tools.projects import REPOSITORY

pytestmark = pytest.mark.slow

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
from commands.shared.engine import Engine
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


# Writes what stands in a file as the log of its run, as a CLI does that is killed as it writes.
LOGGING = """#!/bin/sh
while [ "$1" != --event-log ]; do shift; done
cat ready > "$2"
"""


@pytest.mark.parametrize("rest", [b'{"resourcePreEvent": {"met', b"\xff\x00", b"7", b'{"a": "\xc3'])
def test_a_log_that_is_cut_is_told_as_far_as_it_goes(tmp_path: Path, rest: bytes) -> None:
    cli = tmp_path / "pulumi"
    cli.write_text(LOGGING)
    cli.chmod(0o755)
    whole = json.dumps(step("create", "vnet-hub", new={})).encode() + b"\n"
    engine = Engine(cli, tmp_path, dict(os.environ))
    for content, cut in ((whole, False), (whole + rest, True)):
        (tmp_path / "ready").write_bytes(content)
        run = engine.operate("up", "dev")
        assert (len(run.steps), run.cut) == (1, cut)
        outcome = Outcome("dev", run, None)
        assert outcome.fails is cut
        for text in (deployment("dev", run), summary(outcome)):
            assert "1 created" in text
            assert (CUT in text) is cut
