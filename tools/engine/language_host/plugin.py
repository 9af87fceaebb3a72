"""Runs a plugin written in Python: a policy pack or a component provider."""

from __future__ import annotations

import subprocess
import threading
import tomllib
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue

import grpc
from pulumi.runtime.proto.language_pb2 import RunPluginRequest, RunPluginResponse

from .children import Child, Children
from .errors import HostError
from .python import choose
from .streams import chunks

_ANALYZER = "analyzer"


def start(request: RunPluginRequest, children: Children) -> Child:
    """Starts the plugin with its output in pipes. Raises HostError if that cannot be done."""
    if request.attach_debugger:
        raise HostError("--attach-debugger needs Pulumi's own language host")
    analyzer = request.kind == _ANALYZER
    python = choose(request.info, plugin=not analyzer)
    directory = request.info.program_directory if analyzer else request.pwd
    variables = dict(variable.split("=", 1) for variable in request.env)
    return children.start(
        [python.command(), "-u", *arguments(request)],
        directory,
        {**python.environment(), **variables},
        subprocess.PIPE,
    )


def arguments(request: RunPluginRequest) -> list[str]:
    """Python's arguments that run the plugin. Raises HostError for a folder that is no plugin.

    A pack is given its folder last; a component provider is run from its folder.
    """
    folder = Path(request.info.program_directory)
    if request.kind == _ANALYZER:
        return ["-m", "pulumi.policy", *request.args, str(folder)]
    if (folder / "__main__.py").exists():
        return [str(folder), *request.args]
    return ["-m", "pulumi.run.plugin", _distribution(folder), *request.args]


def _distribution(folder: Path) -> str:
    """Name of the buildable package in the folder, installed in the plugin's environment."""
    project = folder / "pyproject.toml"
    content = tomllib.loads(project.read_text()) if project.exists() else {}
    if "build-system" not in content or "name" not in content.get("project", {}):
        raise HostError(f"{folder} has neither __main__.py nor a buildable pyproject.toml")
    return str(content["project"]["name"])


def stream(child: Child, context: grpc.ServicerContext) -> Iterator[RunPluginResponse]:
    """Output of the plugin as it comes, then its exit code; stops the plugin when the call ends."""
    if not context.add_callback(child.terminate):
        child.terminate()
    finished: SimpleQueue[int] = SimpleQueue()
    threading.Thread(target=lambda: finished.put(child.wait()), daemon=True).start()
    for name, chunk in chunks(child.process):
        printed = name == "stdout"
        yield RunPluginResponse(stdout=chunk) if printed else RunPluginResponse(stderr=chunk)
    yield RunPluginResponse(exitcode=finished.get())
