"""Chooses the Python that runs a program or plugin, by the rules of the official host."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pulumi.runtime.proto.language_pb2 import ProgramInfo

from .errors import HostError

# A plugin without options gets this environment, never the ambient Python.
_PLUGIN_ENVIRONMENT = "venv"


@dataclass(frozen=True)
class Python:
    """The interpreter of one program or plugin.

    virtual_environment: absolute path, or None for the ambient Python.
    option: the `virtualenv` option as written.
    """

    virtual_environment: Path | None
    option: str

    def command(self) -> str:
        """Path of the interpreter. Raises HostError if it does not exist."""
        if self.virtual_environment is None:
            return ambient_python()
        interpreter = self.virtual_environment / "bin" / "python"
        if not interpreter.exists():
            exists = self.virtual_environment.exists()
            reason = "is no virtual environment" if exists else "does not exist"
            raise HostError(
                f"runtime option 'virtualenv: {self.option}': {self.virtual_environment} {reason}. "
                "Run 'pulumi install', or create it and install the requirements into it"
            )
        return str(interpreter)

    def environment(self) -> dict[str, str]:
        """The host's environment, with the virtual environment activated."""
        if self.virtual_environment is None:
            return dict(os.environ)
        variables = {name: value for name, value in os.environ.items() if name != "PYTHONHOME"}
        programs = str(self.virtual_environment / "bin")
        path = os.pathsep.join(filter(None, (programs, variables.get("PATH"))))
        return {**variables, "VIRTUAL_ENV": str(self.virtual_environment), "PATH": path}


def choose(info: ProgramInfo, plugin: bool = False) -> Python:
    """The Python that the runtime options ask for. Raises HostError for unsupported options."""
    options = _options(info)
    option = options.get("virtualenv", "") or (_PLUGIN_ENVIRONMENT if plugin else "")
    path = Path(info.root_directory) / option if option else None
    return Python(path, option)


def ambient_python() -> str:
    """PULUMI_PYTHON_CMD, else python3, else python from PATH. Raises HostError."""
    chosen = os.environ.get("PULUMI_PYTHON_CMD")
    candidates = [chosen] if chosen else ["python3", "python"]
    for candidate in candidates:
        if path := shutil.which(candidate):
            return path
    raise HostError(f"no Python: PATH has none of {', '.join(candidates)}. Install Python 3.11+")


def _options(info: ProgramInfo) -> Mapping[str, str]:
    options: dict[str, str] = {}
    for name, value in info.options.items():
        if not isinstance(value, str) and name in ("toolchain", "virtualenv", "typechecker"):
            raise HostError(f"runtime option '{name}' must be a string")
        options[name] = str(value)
    if options.get("toolchain", "pip") != "pip":
        raise HostError(
            f"runtime option 'toolchain: {options['toolchain']}' needs Pulumi's own language host. "
            "Use 'pip' with 'virtualenv'"
        )
    if "typechecker" in options:
        raise HostError("runtime option 'typechecker' needs Pulumi's own language host. Remove it")
    return options
