"""The configuration of a stack, as the engine hands it to the program.

The engine itself is asked (``pulumi config --json``), which decrypts values and opens environments
of Pulumi ESC. Where it cannot answer (no CLI, no log-in, a stack that is not made yet), the stack's
file is read by the engine's rules.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from commands.shared import stack_file
from commands.shared.engine import Engine
from commands.shared.stack_file import StackFileError
from stack.settings.mistakes import SettingsError
from stack.settings.model import PROVIDER
from tools.engine.locate import cli
from tools.setup.console import SetupError
from wording import PROJECT

_NAME = re.compile(r"(?!\.{1,2}\Z)[A-Za-z0-9_.-]{1,100}")  # of a stack, a project, an organization


class UnreadError(SettingsError):
    """Settings that nobody could read; what the run would do with them is not known."""


def stack_name(text: str) -> str:
    """The argument of a command that names a stack. Raises ArgumentTypeError."""
    parts = text.split("/")
    if len(parts) > 3 or not all(map(_NAME.fullmatch, parts)):
        raise argparse.ArgumentTypeError(
            f"a stack is NAME or ORGANIZATION/PROJECT/NAME, each of letters, digits, '_', '.' and "
            f"'-', not {text[:100]!r}"
        )
    return text


def short_name(stack: str) -> str:
    """The name in the stack's files; ``stack`` may be ``organization/project/stack``."""
    return stack.rsplit("/", 1)[-1]


def project_name(folder: Path) -> str:
    """The name in the project file of a folder; ours where it has none.

    Raises StackFileError for a file that nobody can read.
    """
    try:
        return str(stack_file.read(folder / "Pulumi.yaml").get("name", PROJECT))
    except FileNotFoundError:
        return PROJECT


def configuration(folder: Path, stack: str, variables: Mapping[str, str]) -> dict[str, str]:
    """Full keys to texts of a stack, whose files are in ``folder``; ``variables`` the environment.

    Raises UnreadError where there is neither engine nor file, and for an encrypted value or an
    environment of Pulumi ESC without engine; StackFileError for a file that is none of a stack.
    """
    path = folder / f"Pulumi.{short_name(stack)}.yaml"
    _check_size(path)
    try:
        return _of_engine(folder, stack, variables)
    except _NoAnswer as error:
        return _of_file(path, variables, str(error))


class _NoAnswer(Exception):
    """The engine does not tell a stack's configuration; the text says why."""


def _of_engine(folder: Path, stack: str, variables: Mapping[str, str]) -> dict[str, str]:
    environment = {**variables, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        engine = Engine(cli(), folder, environment)
        run = engine.run("config", "--json", "--show-secrets", "--stack", stack)
    except SetupError as error:
        raise _NoAnswer(str(error)) from error
    except OSError as error:
        raise _NoAnswer(f"{error.filename}: {error.strerror}") from error
    except subprocess.TimeoutExpired as error:
        raise _NoAnswer(f"no answer in {error.timeout:.0f} seconds") from error
    if run.code:
        raise _NoAnswer(" ".join(run.stderr.split()).removeprefix("error: ") or "no reason given")
    try:
        found = json.loads(run.stdout)
        return {name: value.get("value", "") for name, value in found.items()}
    except (ValueError, AttributeError, RecursionError) as error:
        raise _NoAnswer(f"its answer is no configuration: {error}") from error


def _check_size(path: Path) -> None:
    try:
        size = path.stat().st_size
    except OSError:
        return
    if size > stack_file.LARGEST:
        raise StackFileError(
            f"{path} is no stack file: it has more than {stack_file.LARGEST:,} bytes"
        )


def _of_file(path: Path, variables: Mapping[str, str], reason: str) -> dict[str, str]:
    """The settings in a file; ``reason`` is why the engine did not tell them."""
    try:
        document = stack_file.read(path)
    except FileNotFoundError as error:
        raise UnreadError(
            f"{path} cannot be read: {error.strerror}; name a stack that has a file, or give "
            f"--subscription ID (the engine: {reason})"
        ) from error
    if document.get("environment"):
        raise UnreadError(
            f"{path.name} takes settings from Pulumi ESC (environment), which the engine alone "
            f"reads, and it did not: {reason}"
        )
    return dict(_texts(path, document, variables, reason))


def _texts(
    path: Path, document: Mapping[str, Any], variables: Mapping[str, str], reason: str
) -> dict[str, str]:
    listed = document.get("config") or {}
    if not isinstance(listed, dict):
        raise StackFileError(f"{path} is no stack file: config must hold keys and values")
    found: dict[str, str] = {}
    for name, value in listed.items():
        key = _full(path, name)
        if _encrypted(value):
            if not _replaced(key, variables):
                raise UnreadError(_hidden(path, key, reason))
            continue
        try:
            found[key] = stack_file.as_text(value)
        except ValueError as error:
            raise StackFileError(f"{path}: {key} holds a number that is none: {error}") from error
    return found


def _full(path: Path, name: str) -> str:
    """A key with its namespace: the project's where it has none; ``a:config:b`` is ``a:b``."""
    parts = name.split(":")
    if len(parts) == 3 and parts[1] == "config":
        parts = [parts[0], parts[2]]
    if len(parts) > 2:
        raise StackFileError(f"{path}: {name!r} is no key of a configuration, NAMESPACE:NAME")
    return ":".join(parts) if len(parts) == 2 else f"{PROJECT}:{name}"


def _encrypted(value: object) -> bool:
    """Whether a value is encrypted, as a whole or in any part."""
    if isinstance(value, dict):
        secure = set(value) == {"secure"} and isinstance(value["secure"], str)
        return secure or any(map(_encrypted, value.values()))
    return isinstance(value, list) and any(map(_encrypted, value))


def _replaced(key: str, variables: Mapping[str, str]) -> bool:
    """Whether a variable gives what an encrypted argument of the provider does."""
    namespace, _, argument = key.partition(":")
    return namespace == PROVIDER and bool(variables.get(_variable(argument)))


def _hidden(path: Path, key: str, reason: str) -> str:
    namespace, _, argument = key.partition(":")
    way_out = (
        f"give its value as {_variable(argument)}"
        if namespace == PROVIDER
        else f"it is no secret, so set it in plain text: pulumi config set {key} VALUE --plaintext"
    )
    return (
        f"{key} is encrypted in {path.name}, which the engine alone decrypts, and it did not "
        f"({reason}); {way_out}"
    )


def _variable(argument: str) -> str:
    return "ARM_" + re.sub(r"(?=[A-Z])", "_", argument).upper()
