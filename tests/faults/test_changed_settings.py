"""Each setting changed on a deployed stack, on the real engine: exactly what docs/settings.md says.

One stack is deployed, and each row of the page changes it and sets it back: nothing that holds
evidence leaves Azure on either way, and the run after is clean.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from commands.shared.engine import Run
from tests.docs.changes import (
    EVERYTHING,
    IN_TWO_RUNS,
    NEW_ONLY,
    PARTS,
    REFUSED,
    WORDS,
    Change,
    changes,
)
from tests.e2e.changing import NAMES, ONE, TWO, estate
from tests.e2e.stage import Stage, stage

pytestmark = pytest.mark.faults

BASE: dict[str, Any] = {"location": "westeurope", "subscriptions": [ONE, TWO]}
EVIDENCE = {"resourcegroups", "storageaccounts", "networkwatchers", "workspaces"}
READ_VERSIONS = {"resourceGroups": "2024-03-01", "resources": "2021-04-01"}
WITHOUT = {
    *("action group", "transformation rule", "blob services", "analytic rules"),
    *("lifecycle policies", "managed identity", "role assignments"),
}
"""What the stack does not have, and what has no tags."""
MOST = 4  # runs until a stack is settled
ROWS = changes(NAMES)


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory, pulumi_cli: Path) -> Iterator[Stage]:
    """A stack that is deployed and settled, on an Azure of its own."""
    folder = tmp_path_factory.mktemp("changes")
    path = folder / "estate.json"
    path.write_text(json.dumps(list(estate())), encoding="utf-8")
    with ExitStack() as open_stage:
        opened = open_stage.enter_context(stage(folder, path))
        opened.stack("dev", BASE)
        _settle(opened, BASE)
        yield opened


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.setting}-{row.after}"[:40])
def test_a_changed_setting_does_what_the_page_says(there: Stage, row: Change) -> None:
    before = row.settings(BASE, row.before)
    _settle(there, before)
    held = _evidence(there)
    there.configure("dev", row.settings(BASE, row.after))
    if row.effect == REFUSED:
        _refused(there, row)
        there.configure("dev", before)
    else:
        _done(there, row)
    assert dict(there.preview("dev").changes) == {}
    assert held <= _evidence(there)
    if row.beside:  # back by the same way: a flow log that is released switched off stays so
        _settle(there, before)


def _refused(there: Stage, row: Change) -> None:
    seen = len(there.server.writes())
    done = there.up("dev", "--continue-on-error")
    assert done.code != 0
    (line,) = [found for found in done.messages("error") if "update failed" not in found]
    assert row.says in line
    assert "flow-logs:" in line
    assert _written(there, seen) == set()


def _done(there: Stage, row: Change) -> None:
    seen = len(there.server.writes())
    first = _up(there)
    told = [*first.messages("info"), *first.messages("warning")]
    assert any(row.says in line for line in told), told
    if row.effect == IN_TWO_RUNS:
        _up(there)
    written = _written(there, seen)
    if row.writes == {EVERYTHING}:
        assert written == set(WORDS) - WITHOUT
    else:
        assert written == row.writes
    assert row.effect != NEW_ONLY or not written


def _settle(there: Stage, settings: Mapping[str, Any]) -> None:
    """Runs until nothing is left to change, as it must be soon."""
    there.configure("dev", settings)
    for _ in range(MOST):
        _up(there)
        if not there.preview("dev").changes:
            return
    pytest.fail(f"not settled after {MOST} runs: {settings}")


def _up(there: Stage) -> Run:
    done = there.up("dev", "--continue-on-error")
    assert done.code == 0, done.stdout
    return done


def _written(there: Stage, seen: int) -> set[str]:
    """In the page's words, what was written since; nothing that holds evidence is deleted."""
    named = {**PARTS, **{kind: word for word, kind in WORDS.items()}}
    writes = [(each.method, each.path.casefold()) for each in there.server.writes()[seen:]]
    gone = {path.split("/")[-2] for method, path in writes if method == "DELETE"}
    assert not gone & EVIDENCE
    return {named[path.split("/")[-2]] for _, path in writes}


def _evidence(there: Stage) -> set[str]:
    """Keys of the groups, accounts and workspaces that Azure has."""
    path = f"/subscriptions/{ONE}"
    groups = (there.get(f"{path}/resourcegroups", READ_VERSIONS["resourceGroups"]) or {})["value"]
    found = {group["id"].casefold() for group in groups}
    for group in groups:
        inside = there.get(f"{group['id']}/resources", READ_VERSIONS["resources"]) or {}
        kinds = ("/storageaccounts/", "/workspaces/")
        ids = [each["id"].casefold() for each in inside["value"]]
        found |= {each for each in ids if any(kind in each for kind in kinds)}
    return found
