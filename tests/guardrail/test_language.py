"""The evaluator that the other tests lean on, against what Microsoft's pages say."""

from __future__ import annotations

from typing import Any

import pytest

from tests.guardrail.conditions import holds
from tests.guardrail.expressions import ExpressionError, MissingResourceError, Scope, evaluate

NETWORK: dict[str, Any] = {
    "id": "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet",
    "type": "Microsoft.Network/virtualNetworks",
    "name": "vnet",
    "location": "westeurope",
    "properties": {"flowLogs": [{"id": "/a/b/c"}, {"id": "/d/e/f"}], "enabled": True},
}
BARE: dict[str, Any] = {**NETWORK, "properties": {}}
SCOPE = Scope(
    resource=NETWORK,
    subscription={"subscriptionId": "s"},
    resource_group={"name": "rg"},
    parameters={"interval": "60"},
)

EXPRESSIONS = [
    ("plain", "plain"),
    ("[[not an expression]", "[not an expression]"),
    ("[parameters('Interval')]", "60"),
    ("[concat(field('name'), '-', resourceGroup().name)]", "vnet-rg"),
    ("[take(concat('abc', 'def'), 4)]", "abcd"),
    ("[split(first(field('Microsoft.Network/virtualNetworks/flowLogs[*].id')), '/')[2]]", "b"),
    ("[last(split('a/b/c', '/'))]", "c"),
    ("[if(empty(coalesce(field('Microsoft.Network/virtualNetworks/none'))), 'yes', 'no')]", "yes"),
    ("[if(equals(subscription().subscriptionId, 's'), toLower('IT''S'), 'no')]", "it's"),
    ("[and(not(empty('x')), equals(1, 1))]", True),
]


@pytest.mark.parametrize(("text", "expected"), EXPRESSIONS)
def test_expressions_come_to_what_the_pages_say(text: str, expected: object) -> None:
    assert evaluate(text, SCOPE) == expected


def test_the_branch_that_is_not_taken_is_not_evaluated() -> None:
    text = "[if(empty(field('Microsoft.Network/virtualNetworks/flowLogs')), 'none', split(first("
    text += "field('Microsoft.Network/virtualNetworks/flowLogs[*].id')), '/')[1])]"

    assert evaluate(text, Scope(resource=BARE)) == "none"
    assert evaluate(text, SCOPE) == "a"


def test_unique_strings_are_stable_and_differ() -> None:
    one, other = (evaluate(f"[uniqueString('{text}')]", SCOPE) for text in ("a", "b"))

    assert one == evaluate("[uniqueString('a')]", SCOPE) != other
    assert len(one) == 13


def test_a_reference_reads_properties_or_fails() -> None:
    known = Scope(reference=lambda id_: {"properties": {"id": 7}} if id_ == "/here" else None)

    assert evaluate("[reference('/here', '2021-09-01').id]", known) == 7
    with pytest.raises(MissingResourceError):
        evaluate("[reference('/there', '2021-09-01').id]", known)


@pytest.mark.parametrize("text", ["[unknown('x')]", "[concat('a')!]", "[concat('a') 'b']"])
def test_what_is_not_known_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        evaluate(text, SCOPE)


CONDITIONS: list[tuple[dict[str, Any], bool]] = [
    ({"field": "type", "equals": "microsoft.network/VIRTUALNETWORKS"}, True),
    ({"field": "location", "notEquals": "westeurope"}, False),
    ({"field": "tags", "equals": "x"}, False),
    ({"field": "tags", "notEquals": "x"}, True),
    ({"field": "tags", "exists": "false"}, True),
    ({"field": "tags", "notIn": ["x"]}, True),
    ({"field": "name", "in": ["VNET", "other"]}, True),
    ({"field": "Microsoft.Network/virtualNetworks/enabled", "equals": "true"}, True),
    ({"field": "Microsoft.Network/virtualNetworks/enabled", "equals": False}, False),
    ({"value": "[parameters('interval')]", "equals": 60}, True),
    ({"count": {"field": "Microsoft.Network/virtualNetworks/flowLogs[*]"}, "equals": 2}, True),
    ({"not": {"field": "name", "equals": "vnet"}}, False),
    ({"allof": [{"field": "name", "equals": "vnet"}, {"field": "tags", "exists": True}]}, False),
    ({"anyOf": [{"field": "name", "equals": "vnet"}, {"field": "tags", "exists": True}]}, True),
]


@pytest.mark.parametrize(("condition", "expected"), CONDITIONS)
def test_conditions_hold_as_the_pages_say(condition: dict[str, Any], expected: bool) -> None:
    assert holds(condition, SCOPE) is expected


def test_a_count_of_nothing_is_none() -> None:
    condition = {"count": {"field": "Microsoft.Network/virtualNetworks/flowLogs[*]"}, "equals": 0}

    assert holds(condition, Scope(resource=BARE))


@pytest.mark.parametrize("condition", [{"field": "name", "like": "v*"}, {"source": "action"}])
def test_conditions_that_are_not_known_are_refused(condition: dict[str, Any]) -> None:
    with pytest.raises(ExpressionError):
        holds(condition, SCOPE)
