"""Cache of the built engine, outside every clone, with its keys.

    <cache>/cli-<key>/pulumi, codegen        what Go builds, by its sources and platform
    <cache>/go-<key>/                        a Go toolchain, only where PATH has none
    <cache>/engine-<key>/bin/pulumi, pulumi-language-python-codegen
                                             the same files (hard links)
    <cache>/engine-<key>/bin/pulumi-language-python, pulumi-language-python-exec
    <cache>/engine-<key>/host/               environment of the language host, with its code

A folder with such a name is complete: it is made under another name and renamed. Its time of
change says when a checkout last used it, to the day.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import re
import shutil
import time
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from tools.setup.locking import UNFINISHED

HERE = Path(__file__).resolve().parent
HOST_SOURCES = HERE / "language_host"
EXECUTOR = HERE / "executor.py"
LAUNCHER = HERE / "launcher.sh"
HOST_REQUIREMENTS = HERE / "requirements.txt"
GO_REQUIREMENTS = HERE / "requirements-go.txt"
_DAY = 24 * 60 * 60  # seconds
_UNUSED = 90 * _DAY
_GO_SOURCES = (HERE / "go.mod", HERE / "go.sum", HERE / "codegen" / "main.go")


def root() -> Path:
    """The cache folder: FLOW_LOGS_CACHE, else the user's own cache."""
    if os.environ.get("FLOW_LOGS_CACHE"):
        return Path(os.environ["FLOW_LOGS_CACHE"]).expanduser().absolute()
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "flow-logs"


def lock_file() -> Path:
    """Held by whoever changes the cache."""
    return root() / "lock"


def key(files: Iterable[Path]) -> str:
    """Cache key of a build from these files on this platform: names and contents count."""
    digest = hashlib.sha256(f"{platform.system()} {platform.machine()}".encode())
    for file in files:
        digest.update(f"{file.name}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


@cache
def cli_version() -> str:
    """Version of the CLI that go.mod names, such as 3.276.0."""
    return _named(r"pulumi/pkg/v3 v(\S+)")


def go_version() -> tuple[int, ...]:
    """Version of Go that go.mod asks for at least."""
    return tuple(map(int, _named(r"^go (\S+)").split(".")))


def _named(pattern: str) -> str:
    found = re.search(pattern, _GO_SOURCES[0].read_text(), re.MULTILINE)
    assert found, f"tools/engine/go.mod has no {pattern}"
    return found.group(1)


def cli_folder() -> Path:
    """Folder of the CLI and the code generator built from these sources for this platform."""
    return root() / f"cli-{key(_GO_SOURCES)}"


def engine_folder() -> Path:
    """Folder of that CLI together with this language host."""
    sources = sorted(HOST_SOURCES.glob("*.py"))
    files = [*_GO_SOURCES, HOST_REQUIREMENTS, LAUNCHER, EXECUTOR, *sources]
    return root() / f"engine-{key(files)}"


def go_folder() -> Path:
    """Folder of the Go toolchain that comes as a Python package."""
    return root() / f"go-{key([GO_REQUIREMENTS])}"


def note_use() -> None:
    """Keeps this CLI and this engine from being removed; writes once a day at most."""
    for folder in (cli_folder(), engine_folder()):
        with contextlib.suppress(OSError):  # a cache that is only to be read is nobody's to clear
            if _seconds_unused(folder) > _DAY:
                os.utime(folder)


def remove_unused() -> None:
    """Removes CLIs and engines that no checkout has used for 90 days, but never our own.

    The caller holds the lock. Renamed first, so that nobody finds half of one.
    """
    own = {cli_folder(), engine_folder()}
    for folder in {*root().glob("cli-*"), *root().glob("engine-*")} - own:
        with contextlib.suppress(OSError):  # what stays costs room, and the build has succeeded
            if _seconds_unused(folder) > _UNUSED:
                shutil.rmtree(folder.rename(root() / f"{UNFINISHED}{folder.name}"))


def _seconds_unused(folder: Path) -> float:
    return time.time() - folder.stat().st_mtime
