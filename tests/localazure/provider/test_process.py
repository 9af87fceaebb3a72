"""The stand-in as a process: what it prints, and when it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from localazure.provider import VERSION
from localazure.provider.install import install
from tests.localazure.provider.stand_in import REPOSITORY, TIMEOUT, StandIn, launch

pytestmark = pytest.mark.slow

# Starts the stand-in as its child, tells its process id and port, then waits for ever.
PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-m", "localazure.provider", "127.0.0.1:1"],
                         stdout=subprocess.PIPE, text=True)
print(child.pid, child.stdout.readline().strip(), flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_its_port_alone_and_ends_quietly(number: signal.Signals) -> None:
    process = launch("127.0.0.1:1")
    assert process.stdout
    port = process.stdout.readline()
    process.send_signal(number)
    printed, complained = process.communicate(timeout=TIMEOUT)
    assert 0 < int(port) < 65536
    assert (printed, complained, process.returncode) == ("", "", 0)


def test_it_ends_with_a_killed_engine() -> None:
    engine = subprocess.Popen(
        [sys.executable, "-c", PARENT], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    )
    assert engine.stdout
    stand_in = int(engine.stdout.readline().split()[0])
    os.kill(stand_in, 0)
    engine.kill()
    engine.communicate(timeout=TIMEOUT)
    deadline = time.monotonic() + TIMEOUT
    while Path(f"/proc/{stand_in}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    with pytest.raises(ProcessLookupError):
        os.kill(stand_in, 0)


def test_it_outlives_a_cancel(own: StandIn) -> None:
    own.cancel()
    own.cancel()
    assert own.process.poll() is None


def test_the_plugin_folder_is_the_one_the_engine_looks_for(tmp_path: Path) -> None:
    executable = install(tmp_path / "a home")
    folder = tmp_path / "a home" / "plugins" / f"resource-azure-native-v{VERSION}"
    assert executable == folder / "pulumi-resource-azure-native"
    assert [path.name for path in folder.iterdir()] == [executable.name]
    elsewhere = subprocess.Popen(
        [executable, "127.0.0.1:1"], cwd=tmp_path, stdout=subprocess.PIPE, text=True
    )
    StandIn(elsewhere).end()
    assert elsewhere.returncode == 0


def test_installing_again_leaves_the_plugin_alone(tmp_path: Path) -> None:
    before = install(tmp_path).stat()
    after = install(tmp_path).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_installing_repairs_an_old_plugin(tmp_path: Path) -> None:
    executable = install(tmp_path)
    wanted = executable.read_text()
    executable.write_text("#!/bin/sh\nexec /nowhere/python\n")
    assert install(tmp_path).read_text() == wanted
    assert os.access(executable, os.X_OK)
