"""Changes between two sets of inputs, and the values that a refresh carries over into them.

Follows `provider/pkg/provider/diff.go` and `Diff` in `provider.go`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from localazure.provider.resource_types import ResourceType

Kind = Literal["ADD", "DELETE", "UPDATE"]

CREATE_BEFORE_DELETE = "__createBeforeDelete"
"""Input kept with a randomly named resource: its replacement can be made first."""


@dataclass(frozen=True)
class Change:
    """One difference of the inputs."""

    path: str
    """Dotted, with indices: `securityRules[0].priority`."""
    kind: Kind
    replaces: bool

    @property
    def top(self) -> str:
        return self.path.split(".")[0]


def changes(
    entry: ResourceType,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    state: Mapping[str, Any],
) -> list[Change]:
    """Every difference between old and new inputs, and whether it replaces the resource.

    A replacing input that is new but says what the state already says is a plain addition, so that
    stating a default does not replace anything.
    """
    replacing = {*entry.path_inputs, *entry.replaced_on}
    changed = []
    for path, kind in _object_changes(old, new, ""):
        if kind == "UPDATE" and _is_same_to_azure(path, old, new):
            continue
        stated = kind == "ADD" and path in state and state[path] == new.get(path)
        changed.append(Change(path, kind, path in replacing and not stated))
    return changed


def _is_same_to_azure(path: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Regions compare without case and spaces, names of resource groups without case."""
    if path not in ("location", "resourceGroupName"):
        return False
    texts = [str(inputs[path]).lower() for inputs in (old, new)]
    if path == "location":
        texts = [text.replace(" ", "") for text in texts]
    return texts[0] == texts[1]


def _object_changes(
    old: Mapping[str, Any], new: Mapping[str, Any], base: str
) -> Iterator[tuple[str, Kind]]:
    for key in sorted({*old, *new}):
        if key.startswith("__"):
            continue
        if key not in old:
            yield base + key, "ADD"
        elif key not in new:
            yield base + key, "DELETE"
        else:
            yield from _value_changes(old[key], new[key], base + key)


def _value_changes(old: Any, new: Any, path: str) -> Iterator[tuple[str, Kind]]:
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _object_changes(old, new, f"{path}.")
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            here = f"{path}[{index}]"
            if index >= len(old):
                yield here, "ADD"
            elif index >= len(new):
                yield here, "DELETE"
            else:
                yield from _value_changes(old[index], new[index], here)
    elif old != new:
        yield path, "UPDATE"


def with_drift(
    inputs: Mapping[str, Any], before: Mapping[str, Any], now: Mapping[str, Any]
) -> dict[str, Any]:
    """The inputs with whatever differs in Azure carried into them.

    `before` and `now` are what inputs could have set of the old state and of the answer. What is
    the same in both is a default that Azure filled in, and stays out of the inputs.
    """
    gone = {key for key in before if key not in now}
    result = {key: value for key, value in inputs.items() if key not in gone}
    for key, value in now.items():
        if key not in before:
            result[key] = value
        elif before[key] != value:
            known = key in inputs
            result[key] = _drifted(inputs[key], before[key], value) if known else value
    return result


def _drifted(base: Any, before: Any, now: Any) -> Any:
    """The input with only what changed inside it, item by item; else the value of now."""
    if isinstance(base, dict) and isinstance(before, dict) and isinstance(now, dict):
        return with_drift(base, before, now)
    if isinstance(base, list) and isinstance(before, list) and isinstance(now, list):
        paired = min(len(base), len(before))
        return [
            _drifted(base[index], before[index], item) if index < paired else item
            for index, item in enumerate(now)
        ]
    return now
