"""What a user or a machine may do to any command: one line and an exit code, no traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from socket import create_server

import pytest

from commands import preview
from tools.projects import REPOSITORY

pytestmark = pytest.mark.slow

BUSY = 60  # seconds that a command may take on a busy machine
PREFLIGHT = ("commands.preflight", "--stack", "x", "--project")
NAMES = ("", "a b", "a/b/c/d", "../x", "x\n", "é", "x" * 101, "a//b")
DEEP = "[" * 100_000
SUBSCRIPTION = "00000000-0000-4000-8000-000000000001"


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", *words]


def ran(words: Sequence[str], given: bytes = b"") -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a command of the checkout."""
    done = subprocess.run(
        command(*words),
        cwd=REPOSITORY,
        input=given,
        capture_output=True,
        timeout=BUSY,
        check=False,
        env={**os.environ, "ARM_SUBSCRIPTION_ID": SUBSCRIPTION},
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def one_line(words: Sequence[str], code: int, said: str, given: bytes = b"") -> None:
    found, out, err = ran(words, given)
    assert (found, out) == (code, ""), err
    assert err.count("\n") == 1 and err.endswith("\n"), err
    assert said in err
    assert "Traceback" not in err
    assert len(err) < 1000


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("commands.preflight", "--stack"), 3),
        (("commands.doctor", "--stack"), 3),
        (("commands.report", "--stack"), 2),
        (("commands.preview",), 2),
        (("commands.deploy",), 2),
    ],
)
def test_a_name_that_no_stack_has_is_refused(words: tuple[str, ...], code: int) -> None:
    one_line((*words, ""), code, "a stack is NAME or ORGANIZATION/PROJECT/NAME, each of letters")


@pytest.mark.parametrize("name", NAMES)
def test_no_odd_name_of_a_stack_is_taken(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        preview.main([name])
    assert ended.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder of files that are none."""
    contents = {
        "empty": b"",
        "mark": b"\xef\xbb\xbf",
        "other": b"\xff\xfe\x00",
        "deep": DEEP.encode(),
        "text": b"none",
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "folder").mkdir()
    return tmp_path


READERS: list[tuple[tuple[str, ...], int]] = [
    (("commands.report",), 1),
    (("localazure", "serve", "--port", "0", "--estate"), 2),
    (("localazure", "serve", "--port", "0", "--estate", "ESTATE", "--role"), 2),
    (("localazure", "serve", "--port", "0", "--estate", "ESTATE", "--faults"), 2),
]


@pytest.mark.parametrize(("words", "code"), READERS)
def test_a_file_that_is_none_is_named(words: tuple[str, ...], code: int, files: Path) -> None:
    estate = str(REPOSITORY / "localazure" / "estates" / "faulty.json")
    words = tuple(estate if word == "ESTATE" else word for word in words)
    for name in ("empty", "mark", "other", "deep", "folder", "absent"):
        one_line((*words, str(files / name)), code, name)


@pytest.mark.parametrize("given", [b"", b"\xff", DEEP.encode(), b"null"])
def test_standard_input_that_is_no_plan_is_one_line(given: bytes) -> None:
    one_line(("commands.report", "-"), 1, "standard input", given)


def test_a_folder_that_is_no_project_is_one_line(files: Path) -> None:
    one_line((*PREFLIGHT, str(files / "absent")), 3, "Pulumi.x.yaml cannot be read: No such file")
    one_line((*PREFLIGHT, str(files / "text")), 3, "Pulumi.x.yaml cannot be read")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("commands.cost", "100"), 1),
        (("commands.doctor", "--help"), 3),
        (("commands.preflight", "--help"), 3),
        (("commands.report", "--help"), 1),
        (("commands.preview", "--help"), 1),
        (("commands.deploy", "--help"), 1),
        (("localazure", "serve", "--help"), 2),
        (("commands.demo", "--help"), 1),
        (("bench", "--help"), 1),
    ],
)
def test_a_full_disk_is_one_line_and_a_closed_pipe_is_none(
    words: tuple[str, ...], code: int
) -> None:
    for full, expected in ((True, code), (False, 141)):
        with _output(full) as out:
            done = subprocess.run(
                command(*words),
                cwd=REPOSITORY,
                stdout=out,
                stderr=subprocess.PIPE,
                timeout=BUSY,
                check=False,
                text=True,
            )
        assert done.returncode == expected, done.stderr
        name = words[0].removeprefix("commands.").removeprefix("tools.")
        told = f"{name}: what it prints: No space left on device\n" if full else ""
        assert done.stderr == told


@contextmanager
def _output(full: bool) -> Iterator[int]:
    """A disk without space, or a pipe whose reader has gone."""
    if full:
        out = os.open("/dev/full", os.O_WRONLY)
    else:
        gone, out = os.pipe()
        os.close(gone)
    try:
        yield out
    finally:
        os.close(out)


@pytest.mark.parametrize("name", ["doctor", "preflight"])
def test_an_interrupted_command_says_so(name: str) -> None:
    with closing(create_server(("127.0.0.1", 0))) as silent:
        silent.settimeout(BUSY)
        cloud = f"http://127.0.0.1:{silent.getsockname()[1]}"
        asking = subprocess.Popen(
            command(f"commands.{name}", "--subscription", SUBSCRIPTION),
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "ARM_METADATA_HOSTNAME": cloud},
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )
        with asking, closing(silent.accept()[0]):
            asking.send_signal(signal.SIGINT)
            out, err = asking.communicate(timeout=BUSY)
    assert (asking.returncode, out, err) == (130, "", f"{name}: interrupted\n")
