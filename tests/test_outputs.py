"""The outputs' contract: what a stack exports, another stack reads, typed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

import outputs
from outputs import OutputsError, parse_outputs
from plan.planner import make
from plan.views import stack_outputs
from stack.state import State
from tests import estates_by_hand as hand

DOCS = Path(__file__).resolve().parent.parent / "docs"
SCHEMA: dict[str, Any] = json.loads((DOCS / "outputs.schema.json").read_text())

# What version 1 promised when it was first given out. A line may never leave or change while the
# version is 1; a new key is a new line in the schema and none here.
PROMISED_BY_VERSION_1 = {
    "contractVersion": "1",
    "workspace.id": "string",
    "workspace.name": "string",
    "workspace.location": "string",
    "workspace.resourceGroup": "string",
    "workspaceCustomerId": "string",
    "storageAccounts.*.[]": "string",
    "watchers.*.*": "string",
    "flowLogs.*.id": "string",
    "flowLogs.*.name": "string",
    "flowLogs.*.level": "virtualNetwork|subnet|networkInterface|networkSecurityGroup",
    "flowLogs.*.state": "created|adopted|external|released|refused",
    "flowLogs.*.location": "string",
    "flowLogs.*.storageId": "string",
    "flowLogs.*.covers.[]": "string",
    "networkSecurityGroups.*.state": (
        "recorded|partial|elsewhere|not analysed|records nothing|dark|unattached"
    ),
    "networkSecurityGroups.*.targets.[]": "string",
    "networks.*": "recorded|partial|elsewhere|not analysed|records nothing|dark|unattached",
    "coverage.discovered": "integer",
    "coverage.excluded": "integer",
    "coverage.covered": "integer",
    "coverage.skipped.[].id": "string",
    "coverage.skipped.[].reason": "string",
    "savedQueries.*": "string",
    "alerts.*": "string",
    "workbookId": "string",
}


def _exported() -> dict[str, Any]:
    found = hand.estate(
        hand.network("vnet-app", {"web": "nsg-web"}),
        hand.network("vnet-old", {"old": "nsg-old"}),
        hand.security_group("nsg-web"),
        hand.security_group("nsg-old", location="northeurope"),
        hand.security_group("nsg-idle"),
        hand.security_group("nsg-out", skip="yes"),
        hand.flow_log("fl-old", hand.group_id("nsg-old")),
    )
    plan = make(found, hand.settings(exclude=hand.tagged(skip="yes")), State())
    return {**stack_outputs.stack_outputs(plan), "workspaceCustomerId": "00000000-0000-4000-8000-1"}


def _as_the_engine_hands_it_over(outputs: dict[str, Any]) -> dict[str, Any]:
    """Plain JSON in which every number is a float, as protobuf structs make them."""
    found: dict[str, Any] = json.loads(json.dumps(outputs), parse_int=float)
    return found


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref", "").rpartition("/")[2]
    return SCHEMA["$defs"][reference] if reference else schema


def _promises(schema: dict[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Dotted path of every value that the schema describes, with its type or its values."""
    found = _resolved(schema)
    inner = {**found.get("properties", {})}
    if "additionalProperties" in found:
        inner["*"] = found["additionalProperties"]
    if "items" in found:
        inner["[]"] = found["items"]
    for name, each in inner.items():
        yield from _promises(each, f"{path}.{name}".lstrip("."))
    if not inner:
        values = found.get("enum") or ([str(found["const"])] if "const" in found else None)
        yield path, "|".join(values) if values else found["type"]


def _values(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Anything that a schema of this kind allows, with numbers as floats."""
    found = _resolved(schema)
    if "const" in found or "enum" in found:
        return st.sampled_from(found.get("enum") or [found["const"]])
    if "properties" in found:
        required = {name: _values(found["properties"][name]) for name in found["required"]}
        optional = {
            name: _values(each)
            for name, each in found["properties"].items()
            if name not in required
        }
        return st.fixed_dictionaries(required, optional=optional)
    if "additionalProperties" in found:
        keys = _values(found.get("propertyNames", {"type": "string"}))
        return st.dictionaries(keys, _values(found["additionalProperties"]), max_size=3)
    if found["type"] == "array":
        return st.lists(_values(found["items"]), max_size=3)
    if "pattern" in found:
        return st.text("abc/", max_size=9).map(lambda rest: f"/subscriptions/x{rest}")
    if found["type"] == "boolean":
        return st.booleans()
    return st.text(max_size=9) if found["type"] == "string" else st.integers(0, 9).map(float)


def test_the_page_names_every_key_of_the_schema_and_no_other() -> None:
    page = (DOCS / "outputs.md").read_text()
    table = [line for line in page.splitlines() if line.startswith("| `")]
    named = {name for row in table for name in re.findall(r"`(\w+)`", row)}
    promised = (path for path, _ in _promises(SCHEMA))
    assert named == {name for path in promised for name in re.findall(r"\w+", path)}


def test_what_is_exported_keeps_the_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    Draft202012Validator(SCHEMA).validate(_exported())


def test_outputs_without_the_workspace_that_azure_refused_keep_the_schema_and_are_read() -> None:
    nothing = dict.fromkeys(_exported()["workspace"], "")
    found = {**_exported(), "workspace": nothing, "workspaceCustomerId": ""}
    Draft202012Validator(SCHEMA).validate(found)
    assert parse_outputs(found).workspace.id == ""


def test_the_schema_names_every_key_that_is_exported_and_no_other() -> None:
    """A closed copy of the schema refuses a key that nobody wrote down; all keys are shown."""
    closed = json.loads(json.dumps(SCHEMA))
    objects = [closed]
    for each in objects:
        if "properties" in each:
            each.setdefault("additionalProperties", False)
            each["required"] = list(each["properties"])
        objects.extend(inner for inner in each.values() if isinstance(inner, dict))
    assert [error.message for error in Draft202012Validator(closed).iter_errors(_exported())] == []


def test_version_1_keeps_every_promise() -> None:
    assert stack_outputs.CONTRACT_VERSION == outputs.CONTRACT_VERSION == 1, (
        "write version 2's promises"
    )
    kept = dict(_promises(SCHEMA))
    broken = {path: kind for path, kind in PROMISED_BY_VERSION_1.items() if kept.get(path) != kind}
    assert broken == {}, "a key that leaves or changes needs contract version 2"


@given(_values(SCHEMA))
def test_whatever_the_schema_allows_is_read(exported: dict[str, Any]) -> None:
    read = parse_outputs(exported)
    assert list(read.flow_logs) == list(exported["flowLogs"])
    assert list(read.security_groups) == list(exported["networkSecurityGroups"])
    assert len(read.coverage.skipped) == len(exported["coverage"]["skipped"])
    assert isinstance(read.coverage.discovered, int)


def test_what_is_exported_is_read_back_typed() -> None:
    read = parse_outputs(_as_the_engine_hands_it_over(_exported()))
    target = hand.network_id("vnet-app").casefold()
    assert read.flow_logs[target].covers == (hand.group_id("nsg-web"),)
    web = read.security_groups[hand.group_id("nsg-web").casefold()]
    assert (web.targets, web.location, web.goes_dark) == ((target,), "westeurope", False)
    old = read.security_groups[hand.group_id("nsg-old").casefold()]
    assert (old.location, old.goes_dark) == ("northeurope", True)
    coverage = read.coverage
    assert (coverage.discovered, coverage.excluded, coverage.covered) == (4, 1, 2)
    assert isinstance(coverage.discovered, int)
    assert [skipped.id for skipped in coverage.skipped] == [hand.group_id("nsg-idle")]


def test_every_target_named_anywhere_is_among_the_flow_logs() -> None:
    read = parse_outputs(_exported())
    named = {target for group in read.security_groups.values() for target in group.targets}
    assert named
    assert named <= set(read.flow_logs)


def test_a_key_that_the_contract_gains_later_is_no_trouble() -> None:
    assert parse_outputs({**_exported(), "colour": "blue"}).contract_version == 1


@pytest.mark.parametrize(("version", "shown"), [(2, "2"), (2.0, "2"), ("next", "next")])
def test_a_newer_contract_is_refused_with_the_way_out(version: object, shown: str) -> None:
    with pytest.raises(OutputsError, match=rf"contract version {shown},.*take outputs\.py from"):
        parse_outputs({**_exported(), "contractVersion": version})


def test_a_stack_of_something_else_is_refused_with_the_way_out() -> None:
    with pytest.raises(OutputsError, match="no output contractVersion"):
        parse_outputs({"url": "x"})


@pytest.mark.parametrize(
    "key", sorted(set(SCHEMA["required"]) - {"contractVersion", "workspaceCustomerId"})
)
def test_outputs_that_break_their_own_contract_are_refused_in_one_line(key: str) -> None:
    broken = {name: value for name, value in _exported().items() if name != key}
    with pytest.raises(OutputsError, match=f"do not keep it .*{key}") as refused:
        parse_outputs(broken)
    assert "\n" not in str(refused.value)
