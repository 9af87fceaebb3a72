"""The use of security rules, from the JSON that ``python -m commands.rules --json`` wrote."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, get_args

from commands.replay.usage_document import Told
from commands.report.facts import SourceError
from recording.hours import Window
from rules.findings import Finding, Kind
from rules.model import Access, Direction, Rule
from rules.narrowing import Proposal
from rules.usage import Usage, UsageVerdict

WANTED = "give the file that 'python -m commands.rules --json FILE' of this release wrote"
_MOST = 2**63 - 1  # of whatever is counted, as a column of Log Analytics holds it
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_Named = Callable[["_Object"], Rule]


def read(text: str, source: str) -> Told:
    """Rules from JSON text; ``source`` names it in errors.

    ``places`` is empty, as the document does not tell it. Raises SourceError.
    """
    try:
        return _told(_Object(json.loads(text), ""))
    except _ShapeError as error:
        raise SourceError(f"{source} does not tell the use of rules: {error}; {WANTED}") from error
    except ValueError as error:
        raise SourceError(f"{source} is not JSON ({error}); {WANTED}") from error
    except RecursionError as error:
        raise SourceError(f"{source} is nested too deeply; {WANTED}") from error


class _ShapeError(Exception):
    """A value that is not as it must be: where it stands, and the rule."""


class _Object:
    """A JSON object at a path; whatever is asked of it is there and of its kind, or it raises."""

    def __init__(self, found: Any, path: str) -> None:
        if not isinstance(found, Mapping):
            raise _ShapeError(f"{path or 'it'} must be an object")
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
        try:
            return datetime.strptime(self.text(name), _TIME).replace(tzinfo=UTC)
        except ValueError as error:
            raise self._wrong(name, "must be a time such as 2026-11-24T10:00:00Z") from error

    def maybe_moment(self, name: str) -> datetime | None:
        return None if self._of(name, object, "") is None else self.moment(name)

    def texts(self, name: str) -> tuple[str, ...]:
        listed = self._of(name, list, "must be a list of texts")
        fits = all(isinstance(each, str) for each in listed)
        self._require(fits, name, "must be a list of texts")
        return tuple(listed)

    def maybe(self, name: str) -> _Object | None:
        value = self._of(name, object, "")
        return None if value is None else _Object(value, self._at(name))

    def each(self, name: str) -> Iterator[_Object]:
        for number, value in enumerate(self._of(name, list, "must be a list")):
            yield _Object(value, f"{self._at(name)}[{number}]")

    def wrong(self, rule: str) -> _ShapeError:
        """An error on the object itself."""
        return _ShapeError(f"{self._path} {rule}")

    def _of(self, name: str, kind: type, rule: str) -> Any:
        self._require(name in self._found, name, "is missing")
        self._require(isinstance(self._found[name], kind), name, rule)
        return self._found[name]

    def _require(self, fits: bool, name: str, rule: str) -> None:
        if not fits:
            raise self._wrong(name, rule)

    def _wrong(self, name: str, rule: str) -> _ShapeError:
        return _ShapeError(f"{self._at(name)} {rule}")

    def _at(self, name: str) -> str:
        return f"{self._path}.{name}" if self._path else name


def _told(found: _Object) -> Told:
    window = Window(found.moment("from"), found.moment("to"))
    rules = [(each, _rule(each)) for each in found.each("rules")]
    known = {(rule.group, rule.name): rule for _, rule in reversed(rules)}

    def named(one: _Object) -> Rule:
        rule = known.get((one.text("group"), one.text("rule")))
        if rule is None:
            raise one.wrong("names a rule that is not among the rules")
        return rule

    return Told(
        window=window,
        used=tuple(_usage(each, rule, named) for each, rule in rules),
        findings=tuple(_finding(each, named) for each in found.each("findings")),
        places={},
        notes=found.texts("notes"),
    )


def _rule(found: _Object) -> Rule:
    return Rule(
        group=found.text("group"),
        name=found.text("rule"),
        direction=found.one_of("direction", get_args(Direction)),
        access=found.one_of("access", get_args(Access)),
        priority=found.number("priority"),
        default=found.flag("default"),
    )


def _usage(found: _Object, rule: Rule, named: _Named) -> Usage:
    return Usage(
        rule=rule,
        verdict=found.one_of("verdict", get_args(UsageVerdict)),
        flows=found.number("flows"),
        bytes=found.number("bytes"),
        sources=found.number("sources"),
        last_hit=found.maybe_moment("lastHit"),
        recorded_since=found.maybe_moment("recordedSince"),
        by=tuple(map(named, found.each("by"))),
        proposal=_proposal(found.maybe("proposal")),
        reason=found.text("reason"),
    )


def _proposal(found: _Object | None) -> Proposal | None:
    if found is None:
        return None
    return Proposal(
        ports=found.texts("ports"),
        sources=found.texts("sources"),
        destinations=found.texts("destinations"),
    )


def _finding(found: _Object, named: _Named) -> Finding:
    return Finding(
        kind=found.one_of("kind", get_args(Kind)),
        rule=named(found),
        by=tuple(map(named, found.each("by"))),
        text=found.text("text"),
    )
