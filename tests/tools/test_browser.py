"""The set-up's browser: installed where that is possible, and never in anybody's way."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tools.setup import browser


def _command(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all of PATH, for somebody who is root."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return tmp_path


def test_a_browser_that_is_there_is_left_alone(
    machine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in (*browser.COMMANDS, "apt-get"):
        _command(machine, name, "exit 1")
    browser.prepare()
    assert capsys.readouterr().err == ""


def test_only_root_on_a_machine_with_apt_get_installs(
    machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    browser.prepare()
    _command(machine, "apt-get", "exit 1")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    browser.prepare()
    assert capsys.readouterr().err == ""


@pytest.mark.slow
def test_stale_lists_are_updated_once(machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log, updated = machine / "log", machine / "updated"
    script = f'echo "$1" >> {log}; [ "$1" = update ] && : > {updated}; [ -e {updated} ]'
    _command(machine, "apt-get", script)
    browser.prepare()
    assert log.read_text().split() == ["install", "update", "install"]
    assert "skipped" not in capsys.readouterr().err


@pytest.mark.slow
def test_what_cannot_be_installed_is_one_more_line(
    machine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _command(machine, "apt-get", "echo 'E: Unable to locate package chromium' >&2; exit 100")
    browser.prepare()
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert lines[1].endswith("package chromium; the tests in a browser are skipped")
