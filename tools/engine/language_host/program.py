"""Runs a Pulumi program through the executor, a script beside the host."""

from __future__ import annotations

import json
from pathlib import Path

import grpc
from pulumi.runtime.proto.language_pb2 import RunRequest, RunResponse

from .children import Child, Children
from .errors import HostError
from .python import choose

# The executor's exit code for: the engine has shown the error already.
ALREADY_SHOWN = 32


def start(request: RunRequest, engine: str, executor: Path, children: Children) -> Child:
    """Starts the program. Raises HostError if its Python cannot be had."""
    if request.attach_debugger:
        raise HostError("--attach-debugger needs Pulumi's own language host")
    python = choose(request.info)
    command = [python.command(), str(executor), *_arguments(request, engine)]
    variables = {
        **python.environment(),
        "PULUMI_CONFIG": json.dumps(dict(request.config)),
        "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
    }
    return children.start(command, request.info.program_directory, variables)


def finish(child: Child, context: grpc.ServicerContext) -> RunResponse:
    """Waits for the program; interrupts it when the engine cancels the call."""
    if not context.add_callback(child.interrupt):
        child.interrupt()
    code = child.wait()
    if code in (0, ALREADY_SHOWN):
        return RunResponse(bail=code == ALREADY_SHOWN)
    return RunResponse(error=_failure(code))


def _failure(code: int) -> str:
    if code < 0:
        return f"program was ended by signal {-code}"
    return f"program exited with non-zero exit code: {code}"


def _arguments(request: RunRequest, engine: str) -> list[str]:
    named = {
        "monitor": request.monitor_address,
        "engine": engine,
        "project": request.project,
        "root_directory": request.info.root_directory,
        "stack": request.stack,
        "pwd": request.pwd,
        "dry_run": "true" if request.dryRun else "false",
        "parallel": str(request.parallel),
        "organization": request.organization,
    }
    options = [text for name, value in named.items() if value for text in (f"--{name}", value)]
    return [*options, request.info.entry_point, *request.args]
