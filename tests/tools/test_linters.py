"""The linters of the pipelines come into an empty cache."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.engine import cache
from tools.lint.workflows import linters
from tools.setup.console import SetupError

pytestmark = pytest.mark.slow

_GO = """#!/bin/sh
[ "$1" = env ] && echo go1.99.0 && exit
for argument; do
    [ "$previous" = -o ] && output=$argument
    previous=$argument
done
[ -d "$output" ] && output=$output/actionlint
echo built > "$output"
exit {code}
"""
"""As Go does: a folder after -o gets the program, any other name becomes the program."""


def go(folder: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    """A Go that ends with this code, and an empty cache beside it."""
    program = folder / "programs" / "go"
    program.parent.mkdir()
    program.write_text(_GO.format(code=code))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/bin:/usr/bin")
    monkeypatch.setenv("FLOW_LOGS_CACHE", str(folder / "cache"))


def test_actionlint_is_built_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go(tmp_path, monkeypatch, code=0)
    program = linters.actionlint()
    assert program.read_text() == "built\n"
    program.write_text("kept\n")
    assert linters.actionlint().read_text() == "kept\n"


def test_a_failed_build_leaves_no_actionlint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go(tmp_path, monkeypatch, code=1)
    with pytest.raises(SetupError, match="building actionlint failed"):
        linters.actionlint()
    assert list(cache.root().iterdir()) == [cache.lock_file()]
