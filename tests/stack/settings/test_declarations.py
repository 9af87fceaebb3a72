"""Each setting is declared once; project file, README and the component say the same of it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import Any, NotRequired, get_args, get_origin, get_type_hints

import pytest
import yaml

from package.arguments import HOME, Alerts, Filter, FlowLoggingArgs
from stack.settings.alerts import FIELDS as ALERT_FIELDS
from stack.settings.declarations import DECLARATIONS, DEFAULTS, Declaration
from stack.settings.fields import FILTER_FIELDS
from wording import PROJECT

REPOSITORY = Path(__file__).resolve().parents[3]
EACH = pytest.mark.parametrize("declared", DECLARATIONS, ids=lambda declared: declared.key)


def _readme() -> Mapping[str, str]:
    """Key to its row of README's table; a row may name several keys."""
    text = (REPOSITORY / "README.md").read_text("utf-8")
    table = text.split("\n## Configuration\n", 1)[1].split("\n## ", 1)[0]
    rows = [line for line in table.splitlines() if line.startswith("| `")]
    cells = [(row.split("|")[1].replace("`", "").split(","), row) for row in rows]
    return {key.strip(): row for keys, row in cells for key in keys}


def _arguments() -> Mapping[str, Any]:
    """Name of each argument of the component to its type."""
    hints = get_type_hints(FlowLoggingArgs, include_extras=True)
    return {
        name: get_args(hint)[0] if get_origin(hint) is NotRequired else hint
        for name, hint in hints.items()
    }


README = _readme()
PROJECT_FILE = yaml.safe_load((REPOSITORY / "Pulumi.yaml").read_text("utf-8"))
ARGUMENTS = _arguments()


def test_project_file_readme_and_component_have_the_settings_and_no_others() -> None:
    keys = {declared.key for declared in DECLARATIONS}
    assert PROJECT_FILE["name"] == PROJECT
    # A project that `pulumi new` made has the engine's `pulumi:tags`, too.
    assert {key for key in PROJECT_FILE["config"] if ":" not in key} == keys
    assert set(README) == keys
    assert set(ARGUMENTS) == keys | {HOME}


@EACH
def test_the_project_file_has_type_default_and_meaning(declared: Declaration) -> None:
    assert PROJECT_FILE["config"][declared.key] == declared.schema()


@EACH
def test_readme_says_what_values_there_are_and_which_is_the_default(declared: Declaration) -> None:
    cell = README[declared.key].split("|")[2]
    short = {value.removeprefix("Standard") for value in declared.values}
    assert all(value in cell for value in short)
    default = DEFAULTS.get(declared.field)
    if declared.type in ("integer", "boolean") or declared.values:
        assert str(default).lower() in cell.lower()


@EACH
def test_the_component_takes_the_same_values(declared: Declaration) -> None:
    argument = ARGUMENTS[declared.key]
    if isinstance(argument, type) and issubclass(argument, Enum):
        assert tuple(member.value for member in argument) == declared.values
        return
    plain = get_origin(argument) or argument
    types = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict}
    assert plain is types[declared.type] or plain in (Filter, Alerts)


def test_the_components_objects_have_the_same_fields() -> None:
    assert tuple(get_type_hints(Filter)) == FILTER_FIELDS
    assert set(get_type_hints(Alerts)) == set(ALERT_FIELDS)
