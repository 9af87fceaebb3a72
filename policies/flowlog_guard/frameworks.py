"""Catalogues of controls, and which part of a control flow logs serve, from `frameworks.json`.

The file is the one table of the pack, of docs/frameworks.md and of the program's report. `sources`
are what says that a control asks for flow logs; `parts` say what of a control they serve, by which
policies, and by which figure of an estate it shows; a `superseded` version is not in the report;
`left_out` are controls that a source lists and no flow log answers. No control is without a source.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

TABLE = Path(__file__).with_name("frameworks.json")


@dataclass(frozen=True, slots=True)
class Framework:
    """Controls of one version of a catalogue that ask for what a policy checks."""

    name: str
    version: str
    controls: tuple[str, ...]
    asks: tuple[str, ...]
    """What each of the controls asks for."""

    def __str__(self) -> str:
        """For example `CIS Microsoft Azure Foundations 5.0: 7.5, 7.8`."""
        return f"{self.name} {self.version}: {', '.join(self.controls)}"


@cache
def table() -> Mapping[str, Any]:
    """The file."""
    found: Mapping[str, Any] = json.loads(TABLE.read_text(encoding="utf-8"))
    return found


def frameworks_of(policy: str) -> tuple[Framework, ...]:
    """Every framework with a control that a policy serves, in the order of the table."""
    return tuple(_frameworks(policy, table()))


def _frameworks(policy: str, given: Mapping[str, Any]) -> Iterator[Framework]:
    for framework in given["frameworks"]:
        served: Sequence[Mapping[str, Any]] = [
            control
            for control in framework["controls"]
            if policy in given["parts"][control["part"]]["policies"]
        ]
        if served:
            controls = tuple(control["control"] for control in served)
            asks = tuple(control["asks"] for control in served)
            yield Framework(framework["name"], framework["version"], controls, asks)
