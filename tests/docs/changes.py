"""The table of docs/settings.md, row by row: a setting, a change of it, and what that does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from stack.settings.alerts import FIELDS
from stack.settings.alerts import KEY as ALERTS
from tools.projects import REPOSITORY

PAGE = REPOSITORY / "docs" / "settings.md"
REFUSED, NEW_ONLY, IN_PLACE = "refused", "for new resources only", "in place"
IN_TWO_RUNS = "in place, in two runs"
EVERYTHING = "everything"
WORDS = {
    "resource group": "resourcegroups",
    "flow logs": "flowlogs",
    "workspace": "workspaces",
    "storage accounts": "storageaccounts",
    "blob services": "blobservices",
    "lifecycle policies": "managementpolicies",
    "managed identity": "userassignedidentities",
    "role assignments": "roleassignments",
    "alerts": "scheduledqueryrules",
    "analytic rules": "alertrules",
    "activity alerts": "activitylogalerts",
    "action group": "actiongroups",
    "saved queries": "savedsearches",
    "transformation rule": "datacollectionrules",
    "workbook": "workbooks",
}
"""What the page calls a resource, to the last type in its ARM id, lower case."""
PARTS = {"blobservices": "storage accounts"}
"""What is a part of another resource to the page, by its own last type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A row: ``before`` and ``after`` are values of the setting, None where it is not set.

    ``beside`` are other settings of the same moment, ``writes`` the words of what is written.
    """

    setting: str
    before: Any
    after: Any
    beside: Mapping[str, Any]
    effect: str
    writes: frozenset[str]
    says: str

    def settings(self, base: Mapping[str, Any], value: Any) -> dict[str, Any]:
        """All settings with one value of this one; alerts are an object of their own."""
        found = {**base, **self.beside}
        outer, _, inner = self.setting.partition(".")
        if inner:
            value = None if value is None else {**found.get(outer, {}), inner: value}
        found = {name: each for name, each in found.items() if name != outer}
        return found if value is None else {**found, outer: value}


def changes(names: Mapping[str, str] | None = None) -> list[Change]:
    """The rows in order; ``names`` are put in the place of words such as WORKSPACE."""
    text = PAGE.read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    return [_change(row, names or {}) for row in rows]


def _change(row: str, names: Mapping[str, str]) -> Change:
    setting, example, effect, writes, says = (cell.strip() for cell in row.split("|")[1:-1])
    example, _, beside = example.partition(", beside ")
    before, after = (_value(_code(end), names) for end in example.split(" → "))
    others = (code.partition(": ") for code in re.findall(r"`([^`]+)`", beside))
    return Change(
        setting=_code(setting),
        before=before,
        after=after,
        beside={name: _value(value, names) for name, _, value in others},
        effect=effect,
        writes=frozenset() if writes == "nothing" else frozenset(writes.split(", ")),
        says=_code(says),
    )


def _code(cell: str) -> str:
    """What stands in back-ticks; empty where nothing does."""
    found = re.findall(r"`([^`]+)`", cell)
    return found[0] if found else ""


def _value(text: str, names: Mapping[str, str]) -> Any:
    for name, value in names.items():
        text = re.sub(rf"\b{name}\b", value, text)
    return yaml.safe_load(text) if text else None


def known_settings() -> set[str]:
    """Every setting that may change: the keys of the schema, and those within ``alerts``."""
    schema = yaml.safe_load((REPOSITORY / "Pulumi.yaml").read_text())["config"]
    return set(schema) - {ALERTS} | {f"{ALERTS}.{field}" for field in FIELDS}
