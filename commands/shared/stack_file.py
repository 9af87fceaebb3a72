"""Stack files, read as the engine reads them: what a plain value means, and what is no stack file.

The engine's reader is go-yaml v3 (resolve.go): YAML 1.2, where ``no``, ``on`` and ``22:30`` are
texts, with two exceptions of 1.1: dates, and octal numbers with a leading zero. Each rule here is
held against the engine by a test.
"""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from stack.settings.mistakes import SettingsError

LARGEST = 1_000_000  # bytes of a file
VALUES = 100_000  # of a file, each alias counted for all that it stands for

_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
}
_INTEGERS = (
    (re.compile(r"[-+]?0[xX]([0-9a-fA-F]+)"), 16),
    (re.compile(r"[-+]?0[bB]([01]+)"), 2),
    (re.compile(r"[-+]?0[oO]?([0-7]+)"), 8),
    (re.compile(r"[-+]?(0|[1-9][0-9]*)"), 10),
)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_DATE = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:(?:[Tt]|[ ])(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.\d+)?(Z|[-+]\d{2}:\d{2})?)?"
)
_MERGE = "<<"
_PLAIN = "plain"  # tag of a scalar without quotes and without a tag
_RESOLVED = (
    _PLAIN,
    *(f"tag:yaml.org,2002:{name}" for name in ("bool", "float", "int", "null", "timestamp")),
)


class StackFileError(SettingsError):
    """A stack file that nobody can read, the engine neither."""


def read(path: Path) -> dict[str, Any]:
    """The keys and values of a stack file; empty for an empty file.

    Raises FileNotFoundError where there is none, and StackFileError, one line.
    """
    try:
        document = _document(_text(path))
    except FileNotFoundError:
        raise
    except OSError as error:
        raise StackFileError(f"{path} cannot be read: {error.strerror}") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise StackFileError(f"{path} is no YAML: line {line}, {error.problem}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise StackFileError(f"{path} is no YAML: {' '.join(str(error).split())}") from error
    except RecursionError as error:
        raise StackFileError(f"{path} is no stack file: it is nested too deeply") from error
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise StackFileError(f"{path} is no stack file: it must hold keys and values")
    return document


def as_text(value: object) -> str:
    """A value as the engine hands it to a program. Raises ValueError for NaN and infinity."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, allow_nan=False)


def _text(path: Path) -> str:
    with path.open("rb") as file:
        found = file.read(LARGEST + 1)
    if len(found) > LARGEST:
        raise StackFileError(f"{path} is no stack file: it has more than {LARGEST:,} bytes")
    return found.decode("utf-8-sig")


def _document(text: str) -> Any:
    """The first document of a text, which is the one that the engine reads."""
    loader: Any = _Loader(text)  # untyped
    try:
        loader.get_event()  # the start of the stream
        if loader.check_event(yaml.StreamEndEvent):
            return None
        return _Values().of(loader.compose_document())
    finally:
        loader.dispose()


class _Loader(yaml.SafeLoader):
    """Leaves it to ``_plain`` what a plain value means."""

    def resolve(self, kind: type[yaml.Node], value: Any, implicit: Any) -> str:
        if kind is yaml.ScalarNode and implicit[0]:
            return _PLAIN
        return str(super().resolve(kind, value, implicit))  # type: ignore[no-untyped-call]


class _Values:
    """What nodes mean; counts them, since aliases of aliases make many of few."""

    def __init__(self) -> None:
        self._left = VALUES

    def of(self, node: yaml.Node) -> Any:
        """A node as plain values, with texts as keys. Raises yaml.YAMLError."""
        self._left -= 1
        if self._left < 0:
            raise yaml.YAMLError("its aliases stand for too much")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node)
        if isinstance(node, yaml.SequenceNode):
            return [self.of(each) for each in node.value]
        return _scalar(node)

    def _mapping(self, node: yaml.MappingNode) -> dict[str, Any]:
        found: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for name, value in node.value:
            if name.value == _MERGE and name.tag == _PLAIN:
                merged = {**self._merged(value), **merged}
                continue
            key = _key(name)
            if key in found:
                raise _wrong(name, f"the key {key!r} is there twice")
            found[key] = self.of(value)
        return {**merged, **found}

    def _merged(self, node: yaml.Node) -> dict[str, Any]:
        listed = node.value if isinstance(node, yaml.SequenceNode) else [node]
        found: dict[str, Any] = {}
        for each in listed:
            if not isinstance(each, yaml.MappingNode):
                raise _wrong(each, "<< takes keys and values")
            found = {**self.of(each), **found}
        return found


def _key(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise _wrong(node, "a key must be a text")
    found = _scalar(node)
    return found if isinstance(found, str) else as_text(found)


def _scalar(node: yaml.Node) -> Any:
    text = str(node.value)
    return _plain(text) if node.tag in _RESOLVED else text


def _plain(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    if (date := _date(text)) is not None:
        return date
    number = text.replace("_", "")
    for pattern, base in _INTEGERS:
        if found := pattern.fullmatch(number):
            return _whole((-1 if number[0] == "-" else 1) * int(found[1], base))
    return _decimal(float(number)) if _FLOAT.fullmatch(number) else text


def _whole(value: int) -> int | float:
    """Numbers beyond 64 bits are floating-point ones to the engine."""
    return value if -(2**63) <= value < 2**64 else _decimal(float(value))


def _decimal(value: float) -> int | float:
    """As JSON has it: no point where there is nothing behind it."""
    return int(value) if value.is_integer() and abs(value) < 1e21 else value


def _date(text: str) -> str | None:
    """A date in the engine's words, since it has no other use for one."""
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    return moment.strftime("%Y-%m-%d %H:%M:%S +0000 UTC")


def _wrong(node: yaml.Node, problem: str) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark)
