"""Changes of a run of the engine, read from its events, as a reviewer thinks of them."""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Action = Literal["create", "adopt", "change", "replace", "delete", "release"]

ACTIONS: Mapping[str, Action] = {
    "create": "create",
    "import": "adopt",
    "update": "change",
    "replace": "replace",
    "import-replacement": "replace",
    "delete": "delete",
}
"""Operation of the engine to action; the two halves of a replacement come beside ``replace``."""

NOT_IN_AZURE = ("pulumi:", "flow-logs:")
"""Type tokens of what exists in the state alone: stack, providers, components."""

NONE = "none"  # what is not there
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"  # how the engine writes what it cannot know yet


@dataclass(frozen=True)
class Property:
    """An input that an update changes: path with dots, values as texts."""

    path: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """What happens to one resource; ``kind`` in words (flow log), ``target_id`` of a flow log."""

    action: Action
    kind: str
    name: str
    target_id: str = ""
    properties: tuple[Property, ...] = ()

    @property
    def loses_evidence(self) -> bool:
        """Whether it takes away a flow log on a security group, which Azure never makes again."""
        return self.action in ("replace", "delete") and (
            "/networksecuritygroups/" in self.target_id.casefold()
        )


def changes(
    events: Iterable[Mapping[str, Any]], failed: Container[str] = frozenset()
) -> list[Change]:
    """Every change to something in Azure but for ``failed`` URNs, by kind and name.

    An update that follows an import in the same run is part of the adoption.
    """
    found = (event.get("resourcePreEvent") for event in events)
    steps = [step["metadata"] for step in found if step]
    steps = [step for step in steps if step["op"] in ACTIONS and step["urn"] not in failed]
    imported = {step["urn"] for step in steps if step["op"] == "import"}
    told = (
        _change(step)
        for step in steps
        if not step["type"].startswith(NOT_IN_AZURE)
        and not (step["op"] == "update" and step["urn"] in imported)
    )
    return sorted(told, key=lambda change: (change.kind, change.name))


def _change(step: Mapping[str, Any]) -> Change:
    old, new = step.get("old") or {}, step.get("new") or {}
    action = ACTIONS[step["op"]]
    if action == "delete" and old.get("retainOnDelete"):
        action = "release"
    inputs = new.get("inputs") or old.get("inputs") or {}
    before = old.get("inputs") or {} if action == "change" else {}
    return Change(
        action=action,
        kind=kind(step["type"]),
        name=step["urn"].rsplit("::", 1)[-1],
        target_id=str(inputs.get("targetResourceId", "")),
        properties=tuple(differences(before, inputs)) if before else (),
    )


def kind(type_token: str) -> str:
    """A type token in words: ``azure-native:network:FlowLog`` is a flow log."""
    words: list[str] = re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z]+", type_token.rsplit(":", 1)[-1])
    return " ".join(words).lower()


def differences(before: Any, after: Any, path: str = "") -> Iterator[Property]:
    """Every value that is not the same in two trees of inputs.

    Lists are compared place by place where they are as long as each other, else item by item:
    ``path[]`` is an item that goes (then none) or comes (before none).
    """
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in sorted({*before, *after}):
            inner = f"{path}.{name}" if path else name
            yield from differences(before.get(name), after.get(name), inner)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _in_lists(before, after, path)
    elif before != after:
        yield Property(path, _text(before), _text(after))


def _in_lists(before: list[Any], after: list[Any], path: str) -> Iterator[Property]:
    gone = [_text(item) for item in before if item not in after]
    come = [_text(item) for item in after if item not in before]
    if len(before) == len(after) and len(gone) == len(come) and gone:
        for place, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from differences(old, new, f"{path}[{place}]")
    elif gone or come:
        yield from (Property(f"{path}[]", item, NONE) for item in gone)
        yield from (Property(f"{path}[]", NONE, item) for item in come)
    elif before != after:
        yield Property(path, _text(before), _text(after))


def _text(value: object) -> str:
    """A value as plain text, a tree as JSON."""
    if value is None:
        return NONE
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text.replace(UNKNOWN, "known at deployment")
