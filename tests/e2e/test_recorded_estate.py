"""The main job on networks that really existed, as recorded ARM answers tell of them."""

from __future__ import annotations

import json
from pathlib import Path

from tests.e2e.conftest import Staging


def test_what_really_existed_is_covered_and_then_left_as_it_is(
    staged: Staging, recorded_estate: Path
) -> None:
    resources = json.loads(recorded_estate.read_text())
    subscriptions = [found["id"].rsplit("/", 1)[-1] for found in resources if _is_root(found)]
    there = staged(recorded_estate)
    there.stack("dev", {"location": "westeurope", "subscriptions": subscriptions})
    done = there.up("dev")
    assert done.code == 0, done.stdout
    coverage = there.engine.outputs("dev")["coverage"]
    assert coverage["discovered"] == sum(map(_is_security_group, resources))
    assert coverage["covered"] + len(coverage["skipped"]) == coverage["discovered"]
    assert coverage["covered"]
    assert all(skipped["reason"] for skipped in coverage["skipped"])
    assert dict(there.up("dev").changes) == {}


def _is_root(found: dict[str, str]) -> bool:
    return found["id"].count("/") == 2


def _is_security_group(found: dict[str, str]) -> bool:
    return found.get("type", "").casefold() == "microsoft.network/networksecuritygroups"
