"""README's tables say what the program has, no more and no less."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from stack.settings.mistakes import SettingsError
from stack.settings.read import parse_settings
from tests import estates_by_hand as hand

REPOSITORY = Path(__file__).resolve().parent.parent
README = (REPOSITORY / "README.md").read_text()


def _names(heading: str) -> set[str]:
    """What stands in back-ticks in the first column of the table under a heading."""
    section = README.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row.split("|")[1])}


def test_configuration_table_schema_and_settings_have_the_same_keys() -> None:
    schema = yaml.safe_load((REPOSITORY / "Pulumi.yaml").read_text())["config"]
    assert _names("Configuration") == set(schema)
    try:
        parse_settings(
            "dev",
            {"flow-logs:location": "westeurope", "flow-logs:none": "x"},
            {"ARM_SUBSCRIPTION_ID": hand.HOME},
        )
    except SettingsError as error:
        known = str(error).split("known are ", 1)[1].split(". Remove", 1)[0]
    assert set(known.split(", ")) == set(schema)
