"""Files for a server, and starts that must fail."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.servers import PATIENCE
from tools.projects import REPOSITORY


def file(folder: Path, name: str, content: object) -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def refused(*arguments: object, usage: bool = False) -> str:
    """What a start that must fail says: one line on stderr (after the usage), none on stdout."""
    command = [sys.executable, "-m", "localazure", "serve", *(str(each) for each in arguments)]
    ended = subprocess.run(
        command, cwd=REPOSITORY, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert usage or ended.stderr.count("\n") == 1
    return ended.stderr.splitlines()[-1]
