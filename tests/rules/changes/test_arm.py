"""Security groups as ARM has them: bodies, lists, and what the Azure CLI prints."""

from __future__ import annotations

import json
from typing import Any

import pytest

from estate.arm_id import key
from rules.changes.apply import changed
from rules.changes.read import read_change
from tests.rules.changes.documents import GROUP, bodies, plain, rule

BODY = {
    "id": GROUP,
    "name": "nsg-web",
    "properties": {
        "securityRules": [{"name": "only", "properties": rule(priority=7)}],
        "defaultSecurityRules": [{"name": "DenyAllInBound", "properties": {}}],
    },
}
CLI = {"id": GROUP, "name": "nsg-web", "securityRules": [{"name": "only", **rule(priority=7)}]}
MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"


@pytest.mark.parametrize(
    "document",
    [BODY, [BODY], {"value": [BODY]}, CLI, [CLI]],
    ids=["one", "list", "value", "c", "d"],
)
@pytest.mark.parametrize("before", ["", MARK])
def test_a_body_replaces_the_groups_own_rules(document: Any, before: str) -> None:
    found = read_change(before + json.dumps(document))
    assert (found.tool, found.unclear, found.ignored) == ("ARM", (), 0)
    after = changed(bodies(), found.edits)
    (only,) = after[key(GROUP)]["properties"]["securityRules"]
    assert only["id"] == f"{GROUP}/securityRules/only"
    assert plain(only["properties"]) == rule(priority=7)
    assert after.keys() == bodies().keys()


def test_a_group_that_is_not_there_yet() -> None:
    found = changed({}, read_change(json.dumps(BODY)).edits)
    assert [item["name"] for item in found[key(GROUP)]["properties"]["securityRules"]] == ["only"]


def test_an_empty_list_changes_nothing() -> None:
    assert read_change("[]").edits == ()


def test_a_rule_in_another_letter_case_is_the_same_rule() -> None:
    rules = [{"name": name, "properties": rule()} for name in ("Allow-Web", "allow-ssh")]
    document = json.dumps({"id": GROUP, "properties": {"securityRules": rules}})
    after = changed(bodies(), read_change(document).edits)[key(GROUP)]["properties"]
    assert [item["id"].rsplit("/", 1)[-1] for item in after["securityRules"]] == [
        "allow-web",
        "allow-ssh",
    ]
