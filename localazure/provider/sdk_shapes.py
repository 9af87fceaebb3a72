"""The properties of every known type, as `derive` read them from the SDK.

`sdk_shapes.json` maps a token to its shapes and a shape's name to `inputs` and `outputs` (specs by
member), `paths` (the members' dotted places in ARM's body, where that is not their own name) and
`required` (inputs that must be there). A spec is `"string"`, `"boolean"`, `"integer"`, `"number"`,
`"any"`, `"set"` (a list of texts in the program, an object with those keys in ARM), `"#Shape"`,
`[spec]` or `{"*": spec}`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("sdk_shapes.json")
TOP = "resource"
"""Name of the shape of the resource itself, whose path parameters are left out."""

Spec = str | list[Any] | dict[str, Any]


@dataclass(frozen=True)
class Shape:
    """Members that one object may hold, in the program (inputs) and in the state (outputs)."""

    inputs: Mapping[str, Spec]
    outputs: Mapping[str, Spec]
    paths: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...]

    def path(self, member: str) -> tuple[str, ...]:
        """Keys from the object's start in ARM's body to the member."""
        return self.paths.get(member, (member,))


@dataclass(frozen=True)
class Shapes:
    """All shapes of one resource type."""

    by_name: Mapping[str, Shape]

    @property
    def top(self) -> Shape:
        return self.by_name[TOP]

    def named(self, spec: Spec | None) -> Shape | None:
        """The shape that a spec refers to, if it refers to one."""
        if isinstance(spec, str) and spec.startswith("#"):
            return self.by_name[spec[1:]]
        return None


@cache
def of(token: str) -> Shapes:
    """Shapes of a type of `resource_types`, by its token without API version."""
    return Shapes({name: _shape(stored) for name, stored in _file()[token].items()})


@cache
def _file() -> dict[str, dict[str, Any]]:
    loaded: dict[str, dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
    return loaded


def _shape(stored: dict[str, Any]) -> Shape:
    paths = {member: tuple(path.split(".")) for member, path in stored["paths"].items()}
    return Shape(stored["inputs"], stored["outputs"], paths, tuple(stored["required"]))
