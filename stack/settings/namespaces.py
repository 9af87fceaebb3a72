"""Namespaces of configuration keys: what is set under another than ours is read by nobody."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from difflib import get_close_matches

from stack.settings.mistakes import SettingsError, shown
from stack.settings.model import PROVIDER
from wording import PROJECT, advised

_READ = (PROJECT, PROVIDER)
_OTHERS = ("azure", "azuread", "azure-native-sdk", "flow-logs-guardrail")
"""Namespaces of others whose names are near to ours."""


def refuse_other_project(name: str) -> None:
    """Raises SettingsError for a project of another name, such as one chosen in `pulumi new`.

    Its keys would be read under ours, and its resources be named as those of a project of ours.
    """
    if name != PROJECT:
        text = (
            f"Pulumi.yaml names this project {shown(name)}; it must be {PROJECT}, under which its "
            "settings are read and its resources named. Name it so there"
        )
        command = f"pulumi new ADDRESS --name {PROJECT}"
        raise SettingsError(advised(text, "Or begin again in an empty folder", command))


def refuse_misspelt(keys: Iterable[str]) -> None:
    """Raises SettingsError for the first key, by name, under a name close to one of ours."""
    for key in sorted(keys):
        namespace, _, name = key.partition(":")
        meant = None if namespace in (*_READ, *_OTHERS) else _meant(namespace)
        if meant:
            text = f"{key} is under {namespace!r}, which nothing reads; it must be under {meant}"
            move = (
                f"pulumi config rm {shlex.quote(key)} && "
                f"pulumi config set {shlex.quote(f'{meant}:{name}')} VALUE"
            )
            raise SettingsError(advised(text, "Move it", move))


def _meant(namespace: str) -> str | None:
    spelt = {_letters(known): known for known in _READ}
    near = get_close_matches(_letters(namespace), spelt, 1, cutoff=0.8)
    return spelt[near[0]] if near else None


def _letters(namespace: str) -> str:
    return re.sub(r"[^a-z0-9]", "", namespace.casefold())
