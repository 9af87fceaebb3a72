"""From a command line to settings: a stack's file, or subscription ids alone."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

import yaml

from commands.checks.finding import NO_ANSWER
from plan.configuration import SettingsError
from plan.settings import PROJECT, Settings
from settings import parse_settings

REPOSITORY = Path(__file__).resolve().parents[2]
UNNAMED = "STACK"  # stands for the stack where only subscriptions are given, as VALUE for a value
ANYWHERE = "westeurope"  # region of what a stack would make, where only subscriptions are given

_OPTIONS = {
    "azure-native:subscriptionId": "--subscription",
    f"{PROJECT}:subscriptions": "--subscription",
    f"{PROJECT}:location": "--location",
}
"""What is given on the command line where no stack is, by the setting that it becomes."""
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class StackFileError(SettingsError):
    """A stack file that nobody can read, the engine neither."""


class _Parser(argparse.ArgumentParser):
    """Ends wrong use with an exit code that no finding has."""

    def error(self, message: str) -> NoReturn:
        self.print_usage()
        self.exit(NO_ANSWER, f"{self.prog}: {message}\n")


def parser(name: str, purpose: str) -> argparse.ArgumentParser:
    """The options that both commands share; wrong use ends the process with exit code 3."""
    parser = _Parser(prog=f"python -m commands.{name}", description=purpose)
    subject = parser.add_mutually_exclusive_group(required=True)
    subject.add_argument("--stack", metavar="NAME", help="read the settings of Pulumi.NAME.yaml")
    subject.add_argument(
        "--subscription", metavar="ID", action="append", help="look there; may be given repeatedly"
    )
    parser.add_argument(
        "--location",
        metavar="REGION",
        default=ANYWHERE,
        help=f"with --subscription: where a workspace would be made ({ANYWHERE})",
    )
    parser.add_argument(
        "--project",
        metavar="FOLDER",
        type=Path,
        default=REPOSITORY,
        help="folder of the stack files (this checkout)",
    )
    parser.add_argument("--json", action="store_true", help="print a JSON document")
    return parser


def spoken(options: argparse.Namespace, text: str) -> str:
    """A text for whoever gave these options: what no stack sets is named by its option."""
    if options.stack:
        return text
    for setting, option in _OPTIONS.items():
        text = text.replace(setting, option)
    return text


def settings_of(options: argparse.Namespace, variables: Mapping[str, str]) -> Settings:
    """Settings as the options ask for; ``variables`` is the environment. Raises SettingsError."""
    if options.stack:
        return stack_settings(options.stack, variables, options.project)
    for subscription in options.subscription:
        if not _GUID.fullmatch(subscription):
            raise SettingsError(
                f"--subscription is '{subscription}'; it must be a GUID, as 'az account list' shows"
            )
    return parse_settings(
        UNNAMED,
        {
            "azure-native:subscriptionId": options.subscription[0],
            f"{PROJECT}:location": options.location,
            f"{PROJECT}:subscriptions": json.dumps(options.subscription),
            f"{PROJECT}:networksWithoutNsg": "cover",
        },
        variables,
    )


def short_name(stack: str) -> str:
    """The name in the stack's files; ``stack`` may be ``organization/project/stack``."""
    return stack.rsplit("/", 1)[-1]


def stack_settings(stack: str, variables: Mapping[str, str], folder: Path = REPOSITORY) -> Settings:
    """Settings of a stack's file; ``stack`` may be a full name, ``organization/project/stack``.

    Raises SettingsError.
    """
    short = short_name(stack)
    return parse_settings(short, stack_config(folder, short, variables), variables)


def stack_config(folder: Path, stack: str, variables: Mapping[str, str]) -> dict[str, Any]:
    """The configuration in a stack's file, full keys to texts, as the engine hands it over.

    No engine and no backend are needed, so that it works before the stack exists. Raises
    SettingsError where there is no such file, and for an encrypted value that ``variables`` do not
    replace; StackFileError for a file that is none of a stack.
    """
    path = folder / f"Pulumi.{stack}.yaml"
    listed = _document(path).get("config") or {}
    if not isinstance(listed, dict):
        raise StackFileError(f"{path} is no stack file: config must hold keys and values")
    full = {name if ":" in name else f"{PROJECT}:{name}": value for name, value in listed.items()}
    return {
        name: _text(value)
        for name, value in full.items()
        if not _encrypted(value) or _needed(path, name, variables)
    }


def imports(stack: str) -> bool:
    """Whether a stack has settings or variables of Pulumi ESC, which the engine alone reads."""
    return bool(_document(REPOSITORY / f"Pulumi.{short_name(stack)}.yaml").get("environment"))


def _document(path: Path) -> dict[str, Any]:
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be read: {error.strerror}; name a stack that has a file, or give "
            "--subscription ID"
        ) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise StackFileError(f"{path} is no YAML: line {line}, {error.problem}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise StackFileError(f"{path} is no YAML: {' '.join(str(error).split())}") from error
    if not isinstance(document, dict):
        raise StackFileError(f"{path} is no stack file: it must hold keys and values")
    return document


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def _encrypted(value: object) -> bool:
    return isinstance(value, dict) and set(value) == {"secure"}


def _needed(path: Path, name: str, variables: Mapping[str, str]) -> bool:
    """False where a variable replaces an encrypted value. Raises SettingsError where none does."""
    project, argument = name.split(":", 1)
    if project == PROJECT:
        raise SettingsError(
            f"{name} is encrypted in {path.name}, which is read without Pulumi here; it is no "
            f"secret, so set it in plain text: pulumi config set {name} VALUE --plaintext"
        )
    variable = "ARM_" + re.sub(r"(?=[A-Z])", "_", argument).upper()
    if variables.get(variable):
        return False
    raise SettingsError(
        f"{name} is encrypted in {path.name}, which is read without Pulumi here; "
        f"give its value as {variable}"
    )
