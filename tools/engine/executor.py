#!/usr/bin/env python3
"""Runs one Pulumi program; installed as `pulumi-language-python-exec` beside the language host.

Keeps the contract of the official script: its arguments; exit code 0 when done, 32 when the
engine has shown the error already, any other for a failure that the host still has to report.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import runpy
import signal
import sys
import traceback
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import FrameType

ALREADY_SHOWN = 32
# What the monitor answers once the engine has shown an error of a component provider.
MONITOR_ENDED = "resource monitor shut down"

# Until the program runs there is nothing to clean up.
signal.signal(signal.SIGINT, signal.SIG_DFL)

try:
    import pulumi
    import pulumi.runtime
except ImportError as missing:
    print(
        f"Pulumi's Python SDK does not load in {sys.executable} ({missing}): "
        "run 'pulumi install', or install the project's requirements into it",
        file=sys.stderr,
    )
    sys.exit(1)


def main() -> int:
    """Exit code of the run."""
    arguments = _parse()
    _configure(arguments)
    sys.argv = [arguments.program, *arguments.arguments]
    if arguments.pwd:
        os.chdir(arguments.pwd)
    program = Path(arguments.program).resolve()
    if program.is_dir() and not (program / "__main__.py").exists():
        return _show(f"unable to find main python program `__main__.py` in `{program}`")
    try:
        _run(arguments.program, max(int(arguments.parallel), 1))
    except pulumi.RunError as error:
        return _show(str(error))
    except Exception as error:
        if str(error) == MONITOR_ENDED:
            return ALREADY_SHOWN
        return _show(f"Program failed with an unhandled exception:\n{_traceback(error, program)}")
    return 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Runs a Pulumi program")
    parser.add_argument("--project")
    parser.add_argument("--root_directory", help="folder of Pulumi.yaml")
    parser.add_argument("--stack")
    parser.add_argument("--parallel", help="resource operations at a time", default="1")
    parser.add_argument("--dry_run", help="'true' for a preview")
    parser.add_argument("--pwd", help="working directory of the program")
    parser.add_argument("--monitor", help="gRPC address of the resource monitor")
    parser.add_argument("--engine", help="gRPC address of the engine")
    parser.add_argument("--tracing", help="ignored")
    parser.add_argument("--organization")
    parser.add_argument("program", metavar="PROGRAM")
    parser.add_argument("arguments", metavar="ARGS", nargs="*")
    return parser.parse_args()


def _configure(arguments: argparse.Namespace) -> None:
    runtime = pulumi.runtime
    runtime.set_all_config(runtime.get_config_env(), runtime.get_config_secret_keys_env())
    runtime.configure(
        runtime.Settings(
            monitor=arguments.monitor,
            engine=arguments.engine,
            project=arguments.project,
            stack=arguments.stack,
            parallel=int(arguments.parallel),
            dry_run=arguments.dry_run == "true",
            organization=arguments.organization,
            root_directory=arguments.root_directory,
        )
    )


def _run(program: str, parallel: int) -> None:
    """Runs the program inside a stack resource; returns when all its resources are registered."""
    # Futures that a failed run never awaits are no news to the user.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    # Each registration blocks a thread, so the SDK needs more of them than resources at a time.
    executor = ThreadPoolExecutor(parallel * 4)
    loop.set_default_executor(executor)
    signal.signal(signal.SIGINT, _interrupt)
    loop.run_until_complete(pulumi.runtime.run_in_stack(lambda: _run_path(program)))
    executor.shutdown()
    loop.close()


def _run_path(program: str) -> None:
    """Interrupted, it ends here: the SDK would wait for answers that a cancelled run never gets."""
    try:
        runpy.run_path(program, run_name="__main__")
    except KeyboardInterrupt:
        _die_of_interrupt()


def _show(message: str) -> int:
    pulumi.log.error(message)
    return ALREADY_SHOWN


def _traceback(error: Exception, program: Path) -> str:
    """The traceback from the user's own code on; all of it if no frame is in the program."""
    if isinstance(error, SyntaxError):
        return "".join(traceback.format_exception_only(error))
    main = program / "__main__.py" if program.is_dir() else program
    frames = traceback.extract_tb(error.__traceback__)
    own = [index for index, frame in enumerate(frames) if Path(frame.filename).resolve() == main]
    limit = -(len(frames) - own[0]) if own else None
    return "".join(traceback.format_exception(error, limit=limit))


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Lets the program clean up, once, without a word on what it leaves undone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    warnings.simplefilter("ignore")
    sys.unraisablehook = _end_where_nothing_can_be_raised
    raise KeyboardInterrupt


def _end_where_nothing_can_be_raised(unraisable: sys.UnraisableHookArgs) -> None:
    """An interrupt that hits a finalizer is not passed on, so the program would go on."""
    if unraisable.exc_type is KeyboardInterrupt:
        _die_of_interrupt()


def _die_of_interrupt() -> None:
    """Ends as a program without a handler does: no traceback, no wait for threads."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGINT)


if __name__ == "__main__":
    try:
        code = main()
    except KeyboardInterrupt:
        _die_of_interrupt()
    sys.exit(code)
