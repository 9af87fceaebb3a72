"""What the published specifications let be set once, read as they are written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from localazure.provider import mutability
from localazure.provider.resource_types import ALL

ALERT = ALL["azure-native:monitor:ScheduledQueryRule"]
ONCE = {"type": "string", "x-ms-mutability": ["read", "create"]}
ALWAYS = {"type": "string", "x-ms-mutability": ["read", "create", "update"]}


def _write(path: Path, document: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document), encoding="utf-8")


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    """The shape of Azure/azure-rest-api-specs: a parent in another file, flattened properties."""
    types = {"definitions": {"Tracked": {"properties": {"location": ONCE, "tags": ALWAYS}}}}
    _write(tmp_path / "specification/common-types/types.json", types)
    common = "../../common-types/types.json#/definitions/Tracked"
    inner = {"properties": {"scopes": {"type": "array"}, "x": {**ONCE, "x-ms-client-name": "kept"}}}
    rule = {
        "allOf": [{"$ref": common}],
        "properties": {
            "id": {"readOnly": True, "type": "string"},
            "properties": {"x-ms-client-flatten": True, "$ref": "#/definitions/Inner"},
        },
    }
    body = {"in": "body", "schema": {"$ref": "#/definitions/Rule"}}
    route = ALERT.path.replace("ruleName", "name").replace("resourceGroups", "resourcegroups")
    document = {
        "paths": {route: {"put": {"parameters": [{"$ref": "#/parameters/Body"}]}}},
        "definitions": {"Rule": rule, "Inner": inner},
        "parameters": {"Body": body},
    }
    _write(tmp_path / f"specification/monitor/{ALERT.api_version}/rules.json", document)
    return tmp_path


def test_inputs_that_can_be_set_once_are_found_through_references(specs: Path) -> None:
    assert mutability.create_only(specs, ALERT) == frozenset({"location", "kept"})


def test_what_is_not_described_is_told_and_what_differs_too(
    specs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert mutability.main([str(specs)]) == 2
    said = capsys.readouterr().out.splitlines()
    assert f"{ALERT.token}: kept can be set once, and is updated here" in said
    assert any("Workbook: no file describes its PUT" in line for line in said)
    assert not any("location" in line for line in said)
