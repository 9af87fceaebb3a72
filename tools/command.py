"""The one place where commands start and end: no traceback for what a user or a machine does."""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

from printable import printable

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

INTERRUPTED = 130  # as a shell has it for SIGINT
CLOSED_PIPE = 141  # as a shell has it for SIGPIPE

WRONG_USE = 2  # as argparse has it

Command = Callable[[list[str]], int | None]


class Parser(argparse.ArgumentParser):
    """Options of a command, whose wrong use is one line."""

    def __init__(self, *, wrong_use: int = WRONG_USE, **options: Any) -> None:
        """`wrong_use` is the exit code for it."""
        super().__init__(**options)
        self._wrong_use = wrong_use

    def print_help(self, file: SupportsWrite[str] | None = None) -> None:
        """Prints the help. Raises OSError where nobody takes it, which argparse would hide."""
        print(self.format_help(), end="", file=file or sys.stdout)

    def error(self, message: str) -> NoReturn:
        """Ends the process."""
        text = f"{self.prog}: {message} ({self.prog} --help shows how)"
        self.exit(self._wrong_use, f"{printable(text)}\n")


def run(command: Command, name: str, failed: int = 1) -> NoReturn:
    """Runs a command on the arguments of this process, and ends it with the command's exit code.

    Ctrl-C, and a file or a disk that does not do what it should, are one line on stderr; the
    reader of a pipe that has seen enough (`| head -1`) is none. `failed` is the exit code for
    what cannot be read or written.
    """
    sys.exit(_ended(command, name, failed))


def _ended(command: Command, name: str, failed: int) -> int | str | None:
    for stream in (sys.stdout, sys.stderr):
        _never_fail_on_letters(stream)
    try:
        code = _code(command)
        if sys.stdout:
            sys.stdout.flush()
    except BrokenPipeError:
        _forget(sys.stdout)
        return CLOSED_PIPE
    except OSError as error:
        _forget(sys.stdout)
        complain(name, f"{error.filename or 'what it prints'}: {error.strerror or error}")
        return failed
    except KeyboardInterrupt:
        complain(name, "interrupted")
        return INTERRUPTED
    return code


def _code(command: Command) -> int | str | None:
    try:
        return command(sys.argv[1:])
    except SystemExit as ended:  # of argparse, which has printed what it had to
        return ended.code


def complain(name: str, line: str) -> None:
    """Prints a line of a command on stderr, if anybody can read it."""
    with contextlib.suppress(OSError):
        print(printable(f"{name}: {line}"), file=sys.stderr, flush=True)


def write(path: Path, text: str) -> None:
    """Writes a file in UTF-8. Raises OSError, with the file's name on a full disk too."""
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        error.filename = str(path)
        raise


def _never_fail_on_letters(stream: TextIO | None) -> None:
    """A console of few letters shows the others escaped."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")


def _forget(stream: TextIO | None) -> None:
    """Lets go of what could not be written, which Python would try again at its end."""
    if stream is None:
        return
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
