"""Files that a user gives: read, checked, and refused in one line."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any


class FileProblem(Exception):
    """A file that cannot be used; the text is one line that names it, the fault and the rule."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(" ".join(f"{path}: {problem}".splitlines()))


def read_json(path: Path, what: str) -> Any:
    """Parses a JSON file; raises FileProblem if it is absent, unreadable or no JSON."""
    try:
        return json.loads(path.read_bytes())
    except FileNotFoundError:
        raise FileProblem(path, f"there is no such {what} file") from None
    except OSError as error:
        raise FileProblem(path, f"the {what} file cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise FileProblem(path, f"the {what} file is no valid JSON: {error}") from None
    except RecursionError:
        raise FileProblem(path, f"the {what} file is nested too deeply") from None


def check_writable(path: Path, what: str) -> None:
    """Raises FileProblem unless files can be made in the folder, as `write_json` does."""
    try:
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise not_written(path, what, error) from None


def not_written(path: Path, what: str, error: OSError) -> FileProblem:
    """The problem of a file that cannot be written."""
    return FileProblem(path, f"the {what} cannot be written: {error.strerror}")


def write_json(path: Path, value: Any) -> None:
    """Writes JSON so that a reader sees the old file or the new one, never half of one."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            # At once: `json.dump` would write a large estate in millions of small pieces.
            file.write(json.dumps(value, separators=(",", ":")))
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
