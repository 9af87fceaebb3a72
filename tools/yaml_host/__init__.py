"""The language host of Pulumi YAML, which a CLI built from its Go modules does not bring along.

An official Pulumi CLI has it on PATH; else it is built from its Go modules, about a minute, once
per machine. The tests alone need it, for the examples in YAML.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from tools.engine import cache, go_toolchain
from tools.setup.console import SetupError, progress
from tools.setup.locking import lock
from tools.setup.processes import run

NAME = "pulumi-language-yaml"
MODULES = Path(__file__).resolve().parent
_PACKAGE = f"github.com/pulumi/pulumi-yaml/cmd/{NAME}"


def prepare() -> None:
    """Builds the host where it is missing and this machine can; never an error."""
    try:
        folder()
    except SetupError as error:
        progress(f"{error}; the tests of programs in YAML are skipped")


def folder() -> Path:
    """The folder to put on PATH. Raises SetupError where the host cannot be built."""
    found = shutil.which(NAME)
    if found:
        return Path(found).parent
    key = hashlib.sha256((MODULES / "go.sum").read_bytes()).hexdigest()[:16]
    built = cache.root() / f"yaml-{key}"
    with lock(cache.root() / "yaml-lock"):
        if not (built / NAME).exists():
            _build(built)
    return built


def _build(target: Path) -> None:
    progress("compiling Pulumi's language host for YAML (a minute, once per machine) ...")
    go = go_toolchain.find_or_install()
    target.mkdir(parents=True, exist_ok=True)
    unfinished = target / f"{NAME}.unfinished"
    options = ["-C", str(MODULES), "build", "-trimpath", "-ldflags", "-s -w", "-o", str(unfinished)]
    run("building the language host of YAML", [go, *options, _PACKAGE], go_toolchain.ENVIRONMENT)
    os.replace(unfinished, target / NAME)
