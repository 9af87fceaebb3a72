"""What a person sees of the set-up: one line for each problem, nothing when all is in place."""

from __future__ import annotations

import shutil
import subprocess
import threading
from pathlib import Path

import pytest

from tools.setup import __main__ as setup
from tools.setup.console import SetupError
from tools.setup.locking import complete, lock
from tools.setup.processes import failure, run

REPOSITORY = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize(
    ("problem", "code", "line"),
    [
        (SetupError("install Go"), 1, "set-up: install Go"),
        (OSError(28, "No space left on device", "/full"), 1, "/full: No space left on device"),
        (KeyboardInterrupt(), 130, "set-up: interrupted; the next run finishes it"),
    ],
)
def test_a_problem_is_one_line(
    problem: BaseException,
    code: int,
    line: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail() -> None:
        raise problem

    monkeypatch.setattr(setup, "prepare_environment", fail)
    assert setup.main([]) == code
    printed = capsys.readouterr()
    assert printed.out == ""
    assert len(printed.err.splitlines()) == 1
    assert line in printed.err


@pytest.mark.slow
def test_a_second_run_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert setup.main([]) == 0
    capsys.readouterr()
    assert setup.main([]) == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.slow
def test_the_pack_uses_the_environment_of_the_checkout() -> None:
    setup.prepare_environment()
    assert (REPOSITORY / "policies" / ".venv").resolve() == (REPOSITORY / ".venv").resolve()


def test_two_set_ups_do_not_work_at_once(tmp_path: Path) -> None:
    order: list[str] = []

    def second() -> None:
        with lock(tmp_path / "lock"):
            order.append("second")

    with lock(tmp_path / "lock"):
        waiting = threading.Thread(target=second)
        waiting.start()
        waiting.join(0.3)
        order.append("first")
    waiting.join(10)
    assert order == ["first", "second"]


def test_a_folder_is_seen_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "cache" / "made"
    with complete(target) as folder:
        (folder / "file").touch()
        assert not target.exists()
    assert [file.name for file in target.iterdir()] == ["file"]
    assert [each.name for each in target.parent.iterdir()] == ["made"]


def test_what_fails_leaves_the_folder_as_it_was(tmp_path: Path) -> None:
    target = tmp_path / "made"
    target.mkdir()
    with pytest.raises(OSError, match="disk full"), complete(target) as folder:
        (folder / "file").touch()
        raise OSError("disk full")
    assert list(tmp_path.iterdir()) == [target]
    assert not list(target.iterdir())


def test_what_was_killed_is_cleared_by_the_next(tmp_path: Path) -> None:
    (tmp_path / "tmp-killed").mkdir()
    with complete(tmp_path / "made"):
        pass
    assert [each.name for each in tmp_path.iterdir()] == ["made"]


@pytest.mark.slow
def test_an_old_python_is_refused_in_one_line(tmp_path: Path) -> None:
    """A PATH whose only Python fails the version check, as an old one does."""
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    for tool in ("sh", "dirname"):
        found = shutil.which(tool)
        assert found
        (tmp_path / tool).symlink_to(found)
    refused = subprocess.run(
        [REPOSITORY / "scripts" / "engine"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert len(refused.stderr.splitlines()) == 1
    assert "no Python 3.11 or newer on PATH" in refused.stderr


@pytest.mark.parametrize(
    "printed",
    [
        "error sending request for url (https://files.example/simple/pulumi/)\n",
        "dial tcp: lookup proxy.example: no such host\n",
        "WARNING: NewConnectionError('...')\nERROR: No matching distribution found for uv\n",
    ],
)
def test_an_unreachable_server_is_named_as_such(printed: str) -> None:
    assert failure("installing", printed) == (
        "installing failed: no server was reached. Check network and proxy, then run again"
    )


@pytest.mark.slow
def test_another_failure_shows_its_last_line() -> None:
    with pytest.raises(SetupError, match=r"^compiling failed: out of memory$"):
        run("compiling", ["sh", "-c", "echo one; echo 'out of memory' >&2; exit 1"])


@pytest.mark.slow
def test_a_missing_command_is_named() -> None:
    with pytest.raises(SetupError, match="no-such-command"):
        run("compiling", ["no-such-command"])
