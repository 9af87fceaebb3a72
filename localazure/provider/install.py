"""Puts the stand-in where the engine looks for the azure-native plugin: into a PULUMI_HOME."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

from localazure.provider import VERSION

_ROOT = Path(__file__).resolve().parents[2]
_LAUNCHER = """#!/bin/sh
PYTHONPATH={root} exec {python} -m localazure.provider "$@"
"""


def install(home: Path) -> Path:
    """Makes or refreshes the plugin in a PULUMI_HOME; returns the executable.

    It runs with the Python that called this, from this checkout.
    """
    folder = home / "plugins" / f"resource-azure-native-v{VERSION}"
    folder.mkdir(parents=True, exist_ok=True)
    text = _LAUNCHER.format(root=shlex.quote(str(_ROOT)), python=shlex.quote(sys.executable))
    executable = folder / "pulumi-resource-azure-native"
    if not executable.exists() or executable.read_text() != text:
        temporary = folder / f".{os.getpid()}"
        temporary.write_text(text)
        temporary.chmod(0o755)
        temporary.replace(executable)
    return executable
