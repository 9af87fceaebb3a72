"""Makes the environment of a program or plugin, for `pulumi install`."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import grpc
from pulumi.runtime.proto.language_pb2 import (
    InstallDependenciesRequest,
    InstallDependenciesResponse,
)

from .children import Children
from .errors import HostError
from .python import Python, ambient_python, choose
from .streams import chunks


def install(
    request: InstallDependenciesRequest, context: grpc.ServicerContext, children: Children
) -> Iterator[InstallDependenciesResponse]:
    """Streams what venv and pip print. Raises HostError if one of them fails."""
    python = choose(request.info, plugin=request.is_plugin)
    folder = request.info.program_directory
    yield _line("Installing dependencies...")
    for command in commands(python, Path(folder)):
        child = children.start(command, folder, python.environment(), subprocess.PIPE)
        context.add_callback(child.terminate)
        for name, chunk in chunks(child.process):
            yield InstallDependenciesResponse(**{name: chunk})
        if child.wait() != 0:
            raise HostError(f"'{' '.join(command)}' failed")
    yield _line("Finished installing dependencies")


def commands(python: Python, folder: Path) -> Iterator[list[str]]:
    """Each command may need what the one before has made."""
    if python.virtual_environment and not (python.virtual_environment / "bin/python").exists():
        yield [ambient_python(), "-m", "venv", str(python.virtual_environment)]
    if (folder / "requirements.txt").exists():
        yield [*_installer(python.command()), "-r", "requirements.txt"]
    elif (folder / "pyproject.toml").exists():
        yield [*_installer(python.command()), "."]


def _installer(python: str) -> list[str]:
    """pip; uv for an environment that uv made, which has no pip. Raises HostError for neither."""
    if subprocess.run([python, "-m", "pip", "--version"], capture_output=True).returncode == 0:
        return [python, "-m", "pip", "install"]
    beside = Path(python).with_name("uv")
    uv = str(beside) if beside.exists() else shutil.which("uv")
    if uv is None:
        raise HostError(f"{python} has no pip, and there is no uv: install one of them")
    return [uv, "pip", "install", "--python", python]


def _line(text: str) -> InstallDependenciesResponse:
    return InstallDependenciesResponse(stdout=f"{text}\n\n".encode())
