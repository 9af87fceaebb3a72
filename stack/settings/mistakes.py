"""Mistakes in the configuration, each told in one line with the command that puts it right."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from stack.settings.model import PROJECT

SHOWN = 200  # characters of a value in a message


class SettingsError(Exception):
    """A configuration value that cannot be used; the text is the one line that a user sees."""


def wrong(key: str, value: object, rule: str, way_out: str = "") -> SettingsError:
    """The error for a value, by its key without the project: key, value, rule and way out.

    ``way_out`` is a command; without one the value itself is set anew.
    """
    return SettingsError(
        f"{PROJECT}:{key} is {shown(value)}; it must be {rule}. "
        f"Set it with: {way_out or setting(key)}"
    )


def unknown(key: str, known: Sequence[str]) -> SettingsError:
    """The error for a key, without the project, that no setting has."""
    return SettingsError(
        f"{PROJECT}:{key} is not a setting of this program; known are {among(key, known)}. "
        f"Remove it: pulumi config rm {shlex.quote(f'{PROJECT}:{key}')}{_as_path(key)}"
    )


def once(key: str, values: Iterable[str]) -> None:
    """Raises SettingsError for a value that is there twice, regardless of letter case."""
    seen: set[str] = set()
    for position, value in enumerate(values):
        if value.casefold() in seen:
            raise SettingsError(
                f"{PROJECT}:{key} has {shown(value)} twice; letter case does not count. "
                f"Remove one: {removing(f'{key}[{position}]')}"
            )
        seen.add(value.casefold())


def shown(value: object) -> str:
    """A value as messages show it: quoted, on one line, and cut where it is long."""
    text = repr(value) if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}… ({len(text):,} characters)"


def among(name: str, names: Sequence[str]) -> str:
    """What there is, and which of it a misspelt name may have meant."""
    folded = {known.casefold(): known for known in names}
    near = get_close_matches(name.casefold(), folded, 1)
    meant = f" (did you mean {folded[near[0]]}?)" if near else ""
    return f"{', '.join(names)}{meant}"


def setting(key: str, *, text: bool = False) -> str:
    """The command that sets a value; ``text`` keeps the CLI from reading a number in it."""
    if key.isalnum():
        return f"pulumi config set {PROJECT}:{key} VALUE"
    return f"pulumi config set {'--type string ' if text else ''}{_path(key)} VALUE"


def removing(key: str) -> str:
    """The command that removes a value."""
    return f"pulumi config rm {f'{PROJECT}:{key}' if key.isalnum() else _path(key)}"


def replacing(key: str, inner: str = "") -> str:
    """The commands that set a value of another kind than it is at present, or one in it.

    The value goes first: the CLI sets nothing in a text, and a number in quotes stays in quotes.
    """
    return f"{removing(key)} && {setting(key + inner)}"


def within(key: str, name: str) -> str:
    """The path of a name in a map, as the CLI takes it."""
    if re.fullmatch(r"[\w-]+", name):
        return f"{key}.{name}"
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'{key}["{escaped}"]'


def _path(key: str) -> str:
    quoted = key.replace("'", r"'\''")
    return f"--path '{PROJECT}:{quoted}'"


def _as_path(key: str) -> str:
    """What was meant by a key that is the path of a value: only the CLI reads such paths."""
    return f", and set the value with: {setting(key)}" if re.search(r"[.\[]", key) else ""
