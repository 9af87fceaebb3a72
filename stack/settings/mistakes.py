"""Mistakes in the configuration, each told in one line with the command that puts it right."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from wording import FlowLogsError, advised, setting, to_remove, to_set

SHOWN = 200  # characters of a value in a message


class SettingsError(FlowLogsError):
    """A configuration value that cannot be used."""


def wrong(key: str, value: object, rule: str, way_out: str = "") -> SettingsError:
    """The error for a value, by its key without the project: key, value, rule and way out.

    ``way_out`` is a command; without one the value itself is set anew.
    """
    text = f"{setting(key)} is {shown(value)}; it must be {rule}"
    return SettingsError(advised(text, "Set it with", way_out or to_set(key)))


def unknown(key: str, known: Sequence[str]) -> SettingsError:
    """The error for a key, without the project, that no setting has."""
    text = f"{setting(key)} is not a setting of this program; known are {among(key, known)}"
    removal = f"pulumi config rm {shlex.quote(setting(key))}{_as_path(key)}"
    return SettingsError(advised(text, "Remove it", removal))


def removable(text: str, key: str, lead: str = "Remove it") -> SettingsError:
    """The error for what is to be removed, by its key without the project."""
    return SettingsError(advised(text, lead, to_remove(key)))


def once(key: str, values: Iterable[str]) -> None:
    """Raises SettingsError for a value that is there twice, regardless of letter case."""
    seen: set[str] = set()
    for position, value in enumerate(values):
        if value.casefold() in seen:
            text = f"{setting(key)} has {shown(value)} twice; letter case does not count"
            raise removable(text, f"{key}[{position}]", "Remove one")
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


def _as_path(key: str) -> str:
    """What was meant by a key that is the path of a value: only the CLI reads such paths."""
    return f", and set the value with: {to_set(key)}" if re.search(r"[.\[]", key) else ""
