"""The program's messages in the words of somebody who gives arguments and has no such settings."""

from __future__ import annotations

import re

_ADVICE = re.compile(
    r"\. (?:Set it with|Remove it|Remove one|Remove some|Move it): pulumi config .*"
)
_SET = re.compile(
    r"pulumi config set (?:--path )?'?(?:flow-logs|azure-native):([\w.]+)(?:\[0\])?'? (\S+)"
)
_KEY = re.compile(r"\bflow-logs:(\w)")


def for_arguments(message: str) -> str:
    """A message about configuration keys as one about the component's arguments."""
    advised = _SET.sub(_set, _ADVICE.sub("", message))
    return _KEY.sub(r"\1", advised)


def _set(found: re.Match[str]) -> str:
    """A value in capitals stands for one that the user chooses."""
    name, value = found.groups()
    return f"set the argument {name}" + ("" if value.isupper() else f" to {value}")
