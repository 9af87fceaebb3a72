"""Runs the commands of the set-up without their chatter."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools.setup.console import SetupError

# What installers and Go print when no server can be reached, lower case.
_UNREACHABLE = (
    "no such host",
    "could not resolve",
    "name resolution",
    "dns error",
    "network is unreachable",
    "connection refused",
    "newconnectionerror",
    "i/o timeout",
    "timed out",
    "error sending request",
    "failed to fetch",
    "proxyconnect",
)


def succeeds(command: Sequence[str | Path]) -> bool:
    """True if the command exists and exits with 0."""
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def output(command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> str:
    """Output of the command on stdout, within a minute; empty if it cannot run or fails."""
    variables = {**os.environ, **(environment or {})}
    try:
        done = subprocess.run(
            command, capture_output=True, check=False, text=True, env=variables, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def run(
    purpose: str,
    command: Sequence[str | Path],
    environment: Mapping[str, str] | None = None,
    given: str | None = None,
) -> str:
    """Output of the command on stdout, with `given` on its stdin.

    Raises SetupError with its reason if it fails.
    """
    variables = {**os.environ, **(environment or {})}
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, env=variables, input=given
        )
    except OSError as error:
        raise SetupError(f"{purpose} failed: {error}") from error
    if done.returncode != 0:
        raise SetupError(failure(purpose, done.stdout + done.stderr))
    return done.stdout


def failure(purpose: str, text: str) -> str:
    """One line on why a command failed, from what it printed."""
    if any(sign in text.lower() for sign in _UNREACHABLE):
        return f"{purpose} failed: no server was reached. Check network and proxy, then run again"
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return f"{purpose} failed: {lines[-1] if lines else 'it printed no reason'}"
