"""Tables of the pages name settings, properties and states that exist, and all of the states."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import get_args

import pytest
import yaml
from pulumi_azure_native import network

from plan.model.flow_logs import CoverageState
from tests.docs import changes
from tools.projects import REPOSITORY

DOCS = REPOSITORY / "docs"
VARIABLES = {"ARM_SUBSCRIPTION_ID"}


def cells(page: str, heading: str, column: int) -> Iterator[str]:
    """What stands in back-ticks in a column of the tables under a heading."""
    text = (DOCS / page).read_text(encoding="utf-8").split(f"\n## {heading}\n", 1)[1]
    rows = [line for line in text.split("\n## ", 1)[0].splitlines() if line.startswith("| ")]
    for row in rows:
        yield from re.findall(r"`([^`]+)`", row.split("|")[column])


@pytest.mark.parametrize("heading", ["Basics", "Analytics", "What the dialog does not have"])
def test_the_portals_fields_lead_to_settings_that_exist(heading: str) -> None:
    settings = set(yaml.safe_load((REPOSITORY / "Pulumi.yaml").read_text())["config"])
    named = set(cells("portal.md", heading, 2))
    assert named
    assert named - {"managed-by"} <= settings | VARIABLES


def test_what_the_dialog_does_not_have_are_properties_of_a_flow_log() -> None:
    """recordTypes alone is newer than the version that deploys, as the page says."""
    named = set(cells("portal.md", "What the dialog does not have", 1))
    known = {_camel(name) for name in dir(network.FlowLog)}
    assert named - known == {"recordTypes"}


def _camel(name: str) -> str:
    return re.sub(r"_(\w)", lambda letter: letter[1].upper(), name)


def test_every_state_is_explained() -> None:
    assert list(cells("recorded.md", "The states", 1)) == list(get_args(CoverageState))


def test_every_setting_says_what_changing_it_later_does() -> None:
    rows = changes.changes()
    assert {row.setting for row in rows} == changes.known_settings()
    effects = {changes.IN_PLACE, changes.IN_TWO_RUNS, changes.NEW_ONLY, changes.REFUSED}
    assert {row.effect for row in rows} <= effects
    words = {word for row in rows for word in row.writes}
    assert words <= {*changes.WORDS, changes.EVERYTHING}
    assert all(row.says for row in rows if row.effect == changes.REFUSED)
