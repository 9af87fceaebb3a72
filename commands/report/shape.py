"""JSON that a command wrote, read strictly: an error names the place and the rule."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeVar

from commands.report.facts import SourceError

_MOST = 2**63 - 1  # of whatever is counted, as a column of Log Analytics holds it
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_Made = TypeVar("_Made")


def read_shape(
    text: str, source: str, lacks: str, wanted: str, make: Callable[[Object], _Made]
) -> _Made:
    """What ``make`` makes of JSON text; ``lacks`` and ``wanted`` are words of errors.

    Raises SourceError, in one line that begins with ``source``.
    """
    try:
        return make(Object(json.loads(text), ""))
    except ShapeError as error:
        raise SourceError(f"{source} {lacks}: {error}; {wanted}") from error
    except ValueError as error:
        raise SourceError(f"{source} is not JSON ({error}); {wanted}") from error
    except RecursionError as error:
        raise SourceError(f"{source} is nested too deeply; {wanted}") from error


@lru_cache(10_000)
def _moment(text: str) -> datetime:
    """Kept, since a ledger says the same few thousand hours again and again."""
    return datetime.strptime(text, _TIME).replace(tzinfo=UTC)


class ShapeError(Exception):
    """A value that is not as it must be: where it stands, and the rule."""


class Object:
    """A JSON object at a path; whatever is asked of it is there and of its kind, or it raises."""

    def __init__(self, found: Any, path: str) -> None:
        if not isinstance(found, Mapping):
            raise ShapeError(f"{path or 'it'} must be an object")
        self._found = found
        self._path = path

    def text(self, name: str) -> str:
        return str(self._of(name, str, "must be a text"))

    def one_of(self, name: str, allowed: Collection[str]) -> Any:
        value = self.text(name)
        self._require(value in allowed, name, f"must be one of {', '.join(allowed)}")
        return value

    def flag(self, name: str) -> bool:
        return bool(self._of(name, bool, "must be true or false"))

    def number(self, name: str) -> int:
        value = self._of(name, int, "must be a whole number")
        fits = not isinstance(value, bool) and 0 <= value <= _MOST
        self._require(fits, name, f"must be a whole number from 0 to {_MOST}")
        return int(value)

    def moment(self, name: str) -> datetime:
        """A moment in UTC."""
        try:
            return _moment(self.text(name))
        except ValueError as error:
            raise self._wrong(name, "must be a time such as 2026-11-24T10:00:00Z") from error

    def maybe_moment(self, name: str) -> datetime | None:
        return None if self._of(name, object, "") is None else self.moment(name)

    def texts(self, name: str) -> tuple[str, ...]:
        listed = self._of(name, list, "must be a list of texts")
        fits = all(isinstance(each, str) for each in listed)
        self._require(fits, name, "must be a list of texts")
        return tuple(listed)

    def maybe(self, name: str) -> Object | None:
        value = self._of(name, object, "")
        return None if value is None else Object(value, self._at(name))

    def each(self, name: str) -> Iterator[Object]:
        for number, value in enumerate(self._of(name, list, "must be a list")):
            yield Object(value, f"{self._at(name)}[{number}]")

    def object(self, name: str) -> Object:
        return Object(self._of(name, object, ""), self._at(name))

    def wrong(self, rule: str, part: str = "") -> ShapeError:
        """An error on the object itself, or on a part of it."""
        return self._wrong(part, rule) if part else ShapeError(f"{self._path} {rule}")

    def _of(self, name: str, kind: type, rule: str) -> Any:
        self._require(name in self._found, name, "is missing")
        self._require(isinstance(self._found[name], kind), name, rule)
        return self._found[name]

    def _require(self, fits: bool, name: str, rule: str) -> None:
        if not fits:
            raise self._wrong(name, rule)

    def _wrong(self, name: str, rule: str) -> ShapeError:
        return ShapeError(f"{self._at(name)} {rule}")

    def _at(self, name: str) -> str:
        return f"{self._path}.{name}" if self._path else name
