"""From a command line to settings: a stack's, or those for subscription ids alone."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Mapping
from pathlib import Path

from commands.shared.configuration import configuration, project_name, short_name, stack_name
from stack.settings.mistakes import SettingsError
from stack.settings.model import Settings
from stack.settings.namespaces import refuse_other_project
from stack.settings.read import parse_settings
from tools.command import Parser
from wording import PROJECT, Audience

REPOSITORY = Path(__file__).resolve().parents[2]
NO_ANSWER = 3  # exit code: settings, log-in or Azure did not let us look
UNNAMED = "STACK"  # stands for the stack where only subscriptions are given, as VALUE for a value
ANYWHERE = "westeurope"  # region of what a stack would make, where only subscriptions are given

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def parser(
    name: str, purpose: str, *, subject: bool = True, json: bool = True
) -> argparse.ArgumentParser:
    """The options that commands share; wrong use ends the process with exit code 3.

    ``subject`` is whether a stack or a subscription must be given, ``json`` whether there is a
    plain ``--json``.
    """
    parser = Parser(prog=f"python -m commands.{name}", description=purpose, wrong_use=NO_ANSWER)
    given = parser.add_mutually_exclusive_group(required=subject)
    given.add_argument(
        "--stack", metavar="NAME", type=stack_name, help="read the settings of this stack"
    )
    given.add_argument(
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
    if json:
        parser.add_argument("--json", action="store_true", help="print a JSON document")
    return parser


def audience(options: argparse.Namespace) -> Audience:
    """Whom messages are for: what no stack sets is named by its option."""
    return Audience.CONFIGURATION if options.stack else Audience.OPTIONS


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


def stack_settings(stack: str, variables: Mapping[str, str], folder: Path = REPOSITORY) -> Settings:
    """Settings of a stack; ``stack`` may be a full name, ``organization/project/stack``.

    Raises SettingsError.
    """
    found = configuration(folder, stack, variables)
    refuse_other_project(project_name(folder))
    return parse_settings(short_name(stack), found, variables)
