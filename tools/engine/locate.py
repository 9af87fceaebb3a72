"""Finds a usable Pulumi CLI without building one."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from tools.engine import cache
from tools.setup.console import SetupError
from tools.setup.processes import output

_PROJECT = Path(__file__).resolve().parents[2] / "Pulumi.yaml"
LANGUAGE_HOST = "pulumi-language-python"


class NoEngineError(SetupError):
    """This machine has no usable Pulumi CLI."""


def cli() -> Path:
    """Path of a usable Pulumi CLI: PATH first, then the cache. Raises NoEngineError."""
    path = _on_path() or built()
    if path is None:
        wanted = ".".join(map(str, minimum()))
        raise NoEngineError(
            f"no Pulumi CLI >= {wanted} with {LANGUAGE_HOST} beside it, neither on PATH nor in "
            f"{cache.root()}: run scripts/engine"
        )
    return path


def built() -> Path | None:
    """The CLI in the cache, unless the Python that runs its language host is gone."""
    folder = cache.engine_folder()
    pulumi = folder / "bin" / "pulumi"
    if not pulumi.exists() or not (folder / "host" / "bin" / "python").exists():
        return None
    cache.note_use()
    return pulumi


def _on_path() -> Path | None:
    path = shutil.which("pulumi")
    if path is None or cache.root().resolve() in Path(path).resolve().parents:
        return None
    return Path(path) if _has_host(Path(path)) and _version(Path(path)) >= minimum() else None


def minimum() -> tuple[int, ...]:
    """Version of the oldest CLI that counts, which the program asks for itself."""
    required = re.search(r'^requiredPulumiVersion: ">=(\S+)"', _PROJECT.read_text(), re.MULTILINE)
    assert required, f"{_PROJECT.name} has no requiredPulumiVersion"
    return tuple(map(int, required.group(1).split(".")))


def _has_host(pulumi: Path) -> bool:
    folders = (pulumi.parent, pulumi.resolve().parent)
    return any(os.access(folder / LANGUAGE_HOST, os.X_OK) for folder in folders)


def _version(pulumi: Path) -> tuple[int, ...]:
    printed = output([pulumi, "version"], {"PULUMI_SKIP_UPDATE_CHECK": "true"})
    match = re.match(r"v?(\d+)\.(\d+)\.(\d+)", printed)
    return tuple(map(int, match.groups())) if match else ()
