"""How messages name settings and the way to change them, in the words of whoever reads them.

The audience is chosen once, where a process starts, as a locale is: the program's own stacks are
configured, the component takes arguments, and two commands take options where there is no stack.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum, auto

PROJECT = "flow-logs"  # the namespace of its configuration keys


class FlowLogsError(Exception):
    """A mistake, or a refusal of Azure's, as the one line that a user sees."""


class Audience(Enum):
    """Whom messages are for, by the way in which they give settings."""

    CONFIGURATION = auto()
    """Keys of a stack: ``flow-logs:location``, set with ``pulumi config``."""
    ARGUMENTS = auto()
    """Arguments of the component, in any language: ``location``."""
    OPTIONS = auto()
    """Options of a command that looks at subscriptions without a stack: ``--location``."""


_OPTIONS = {
    "azure-native:subscriptionId": "--subscription",
    f"{PROJECT}:subscriptions": "--subscription",
    f"{PROJECT}:location": "--location",
}
"""What is given on the command line where no stack is, by the key that it becomes."""

_audience = ContextVar("audience", default=Audience.CONFIGURATION)


@contextmanager
def speaking_to(audience: Audience) -> Iterator[None]:
    """What is written inside the block is for this audience."""
    before = _audience.set(audience)
    try:
        yield
    finally:
        _audience.reset(before)


def setting(name: str) -> str:
    """A setting as its reader writes it; ``name`` may be a path, and has a namespace if not ours.

    ``location`` is ``flow-logs:location``, ``location`` or ``--location``.
    """
    full = _full(name)
    if _audience.get() is Audience.ARGUMENTS:
        return full.partition(":")[2]
    return _options().get(full, full)


def to_set(name: str, value: str = "VALUE", *, text: bool = False) -> str:
    """What sets a value: a command, or words. A value in capitals stands for one to be chosen.

    ``text`` keeps the CLI from reading a number in it.
    """
    if _audience.get() is Audience.ARGUMENTS:
        argument = re.sub(r"\[\d+\]$", "", setting(name))
        return f"set the argument {argument}" + ("" if value.isupper() else f" to {value}")
    if option := _options().get(_full(name)):
        return f"give {option} {value}"
    typed = "--type string " if text else ""
    return f"pulumi config set {typed}{_path(name)} {value}"


def to_remove(name: str) -> str:
    """What removes a value: a command, or words."""
    if _audience.get() is Audience.ARGUMENTS:
        return f"leave out the argument {setting(name)}"
    return f"pulumi config rm {_path(name)}"


def to_replace(name: str, inner: str = "") -> str:
    """What sets a value of another kind than it is at present, or one in it.

    The value goes first: the CLI sets nothing in a text, and a number in quotes stays in quotes.
    """
    if _audience.get() is Audience.ARGUMENTS:
        return to_set(name)
    return f"{to_remove(name)} && {to_set(name + inner)}"


def advised(text: str, lead: str, command: str) -> str:
    """A text with the command that puts it right; without it for whom no command does so.

    Whoever gave an argument or an option knows where it stands, in a language of their own.
    """
    by_command = _audience.get() is not Audience.ARGUMENTS and command.startswith("pulumi ")
    return f"{text}. {lead}: {command}" if by_command else text


def within(key: str, name: str) -> str:
    """The path of a name in a map, as the CLI takes it."""
    if re.fullmatch(r"[\w-]+", name):
        return f"{key}.{name}"
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'{key}["{escaped}"]'


def _options() -> dict[str, str]:
    return _OPTIONS if _audience.get() is Audience.OPTIONS else {}


def _full(name: str) -> str:
    return name if re.match(r"[\w-]+:", name) else f"{PROJECT}:{name}"


def _path(name: str) -> str:
    """A key as a shell takes it, with the CLI's option where it is the path of a value."""
    full = _full(name)
    if re.search(r"[.\[]", full.partition(":")[2]):
        return f"--path {_quoted(full)}"
    return shlex.quote(full)


def _quoted(text: str) -> str:
    inside = text.replace("'", r"'\''")
    return f"'{inside}'"
