"""Builds the Pulumi CLI from its Go modules and puts the language host beside it.

The CLI has the generators of SDKs in its modules, not in itself: ``codegen`` makes them a command.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

from tools.engine import cache, go_toolchain, locate
from tools.setup import environment
from tools.setup.console import SetupError, progress
from tools.setup.locking import complete, lock
from tools.setup.processes import failure, run

_PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
_CODEGEN = "./codegen"
_VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"
# Seconds between two lines of progress while Go compiles.
_PROGRESS_INTERVAL = 20


def build() -> Path:
    """Makes whatever is missing in the cache and returns the CLI's path. Raises SetupError."""
    with lock(cache.lock_file()):
        if not (cache.cli_folder() / "pulumi").exists():
            _build_cli(go_toolchain.find_or_install())
        if not locate.built():
            _assemble()
        cache.remove_unused()
    return locate.cli()


def _build_cli(go: Path) -> None:
    version = cache.cli_version()
    flags = f"-s -w -X {_VERSION_VARIABLE}=v{version}"
    progress(f"fetching the Go modules of the Pulumi CLI {version} (half a minute, once) ...")
    total = _package_count(go)
    progress("compiling it (about three minutes on two cores, once per machine) ...")
    with complete(cache.cli_folder()) as folder:
        options = ["-v", "-trimpath", "-ldflags", flags, "-o", str(folder)]
        _compile([str(go), "build", *options, _PACKAGE, _CODEGEN], total)


def _package_count(go: Path) -> int:
    """Number of packages to compile; fetches the modules on the way."""
    command = [str(go), "-C", str(cache.HERE), "list", "-deps", _PACKAGE, _CODEGEN]
    return len(run("fetching the Go modules", command, go_toolchain.ENVIRONMENT).splitlines())


def _compile(command: list[str], total: int) -> None:
    """Runs `go build -v`, which names each package as it is compiled."""
    variables = {**os.environ, **go_toolchain.ENVIRONMENT}
    printed: list[str] = []
    shown = time.monotonic()
    with subprocess.Popen(
        command, cwd=cache.HERE, env=variables, stderr=subprocess.PIPE, text=True
    ) as go:
        assert go.stderr
        for line in go.stderr:
            printed.append(line)
            if time.monotonic() - shown > _PROGRESS_INTERVAL:
                shown = time.monotonic()
                progress(f"compiled {len(printed)} of at most {total} packages ...")
    if go.returncode != 0:
        raise SetupError(failure("building the Pulumi CLI", "".join(printed)))


def _assemble() -> None:
    """Puts CLI, language host and executor together."""
    progress("putting the language host beside it (seconds) ...")
    with complete(cache.engine_folder()) as folder:
        _install_host(folder / "host")
        tools = folder / "bin"
        tools.mkdir()
        os.link(cache.cli_folder() / "pulumi", tools / "pulumi")
        os.link(cache.cli_folder() / "codegen", tools / f"{locate.LANGUAGE_HOST}-codegen")
        shutil.copy(cache.EXECUTOR, tools / f"{locate.LANGUAGE_HOST}-exec")
        shutil.copy(cache.LAUNCHER, tools / locate.LANGUAGE_HOST)
        (tools / locate.LANGUAGE_HOST).chmod(0o755)


def _install_host(host: Path) -> None:
    environment.make(host, cache.HOST_REQUIREMENTS)
    code = next(host.glob("lib/python*/site-packages")) / cache.HOST_SOURCES.name
    shutil.copytree(cache.HOST_SOURCES, code, ignore=shutil.ignore_patterns("__pycache__"))
    run("compiling the language host", [host / "bin" / "python", "-m", "compileall", "-q", code])
