"""The fast lane: what it leaves out, and what becomes of a test that does not belong in it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tools.projects import REPOSITORY

pytestmark = pytest.mark.slow
TESTS = """
import os, subprocess, sys
import pytest

def test_plain(): pass

def test_with_a_server(local_azure): raise AssertionError("left out")

@pytest.mark.slow
def test_marked(): raise AssertionError("left out")

def test_that_starts_a_process(): subprocess.run([sys.executable, "--version"])

def test_that_asks_a_shell(): os.system("true")
"""


def test_the_fast_lane_runs_what_starts_no_process_and_says_which_test_does(tmp_path: Path) -> None:
    (tmp_path / "test_some.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = slow\n faults\n")
    lane = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "--fast", str(tmp_path)]
    done = subprocess.run(
        [*lane, "-q", "-p", "no:cacheprovider", "-c", str(tmp_path / "pytest.ini")],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "2 failed, 1 passed, 2 deselected" in done.stdout
    assert done.stdout.count("a test of the fast lane starts a process: mark it slow") >= 2
