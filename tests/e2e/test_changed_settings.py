"""A stack that made its own workspace is given another, releases its own, and takes it back."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

from tests.e2e.changing import NAMES, ONE, TWO, estate
from tests.e2e.conftest import Staging
from tests.e2e.stage import Stage

PLAIN: dict[str, Any] = {"location": "westeurope", "subscriptions": [ONE, TWO]}
GIVEN = {**PLAIN, "workspaceId": NAMES["WORKSPACE"]}
OWN = (
    f"/subscriptions/{ONE}/resourceGroups/flow-logs-dev/providers"
    "/Microsoft.OperationalInsights/workspaces/flow-logs-dev"
)
ALERTS = f"/subscriptions/{ONE}/resourceGroups/flow-logs-dev/providers/Microsoft.Insights"
VERSION = "2023-09-01"


def _scopes(there: Stage) -> set[str]:
    listed = there.get(f"{ALERTS}/scheduledQueryRules", "2022-06-15") or {}
    assert len(listed["value"]) == 6
    return {scope.casefold() for rule in listed["value"] for scope in rule["properties"]["scopes"]}


def _said(there: Stage) -> list[str]:
    done = there.up("dev", "--continue-on-error")
    assert done.code == 0, done.stdout
    assert dict(there.preview("dev").changes) == {}
    return done.messages("warning")


def _take_out(there: Stage, line: str) -> None:
    """Does what the line says, by the same commands; Azure's own CLI is a request of its own."""
    commands = line.split("keep it in Azure: ")[1].split(" && ")
    for command in map(shlex.split, commands):
        if command[0] == "pulumi":
            done = there.engine.run(*command[1:], "--yes", "--stack", "dev")
            assert done.code == 0, done.stderr
        else:
            assert command[:3] == ["az", "tag", "update"]
            assert command[4:6] == [OWN, "--operation"]
            there.send("PATCH", OWN, VERSION, {"tags": {}})


def test_the_workspace_of_a_stack_changes_and_its_rows_stay(
    staged: Staging, tmp_path: Path
) -> None:
    path = tmp_path / "estate.json"
    path.write_text(json.dumps(list(estate())), encoding="utf-8")
    there = staged(path)
    there.stack("dev", PLAIN)
    assert there.up("dev", "--continue-on-error").code == 0
    assert _scopes(there) == {OWN.casefold()}
    guid = (there.get(OWN, VERSION) or {})["properties"]["customerId"]

    there.configure("dev", {**PLAIN, "location": "northeurope"})
    refused = there.up("dev", "--continue-on-error")
    assert refused.code != 0
    assert any("Set it back: pulumi config set" in line for line in refused.messages("error"))

    there.configure("dev", GIVEN)
    (line,) = [told for told in _said(there) if "its rows are kept" in told]
    assert _scopes(there) == {NAMES["WORKSPACE"].casefold()}
    _take_out(there, line)
    assert not [told for told in _said(there) if "its rows are kept" in told]
    assert (there.get(OWN, VERSION) or {})["properties"]["customerId"] == guid

    there.configure("dev", PLAIN)
    assert not [told for told in _said(there) if "its rows are kept" in told]
    assert _scopes(there) == {OWN.casefold()}
    assert (there.get(OWN, VERSION) or {})["properties"]["customerId"] == guid
