"""A subscription that is disabled between two runs, on the real engine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.e2e.conftest import Staging
from tests.e2e.stage import Stage
from tools.projects import SAMPLE_ESTATE

HUB, PROD, DEV = (f"00000000-0000-4000-8000-00000000000{number}" for number in (1, 2, 3))
SETTINGS: dict[str, Any] = {"location": "westeurope", "subscriptions": [DEV, HUB]}
CHANGED = {**SETTINGS, "retentionDays": 120, "tags": {"cost": "42"}}
OWN = "2021-10-01"


def test_a_disabled_subscription_is_left_as_it_is_and_the_others_go_on(
    staged: Staging, tmp_path: Path
) -> None:
    there = staged(_without_watchers(tmp_path, DEV))
    there.stack("dev", SETTINGS)
    assert there.up("dev").code == 0
    before = there.flow_logs(DEV)
    assert before
    _set(there, DEV, "cancel?IgnoreResourceCheck=true")
    there.configure("dev", CHANGED)
    asked = len(there.server.requests())

    done = there.guarded("up", "dev")
    assert done.code == 0, done.stdout
    assert there.flow_logs(DEV) == before
    assert _days(there, HUB) == {120}
    sent = [each for each in there.server.requests()[asked:] if DEV in each.path]
    assert {each.method for each in sent} == {"GET"}
    outputs = there.engine.outputs("dev")
    skipped = [each for each in outputs["coverage"]["skipped"] if DEV in each["id"]]
    assert skipped
    assert {each["reason"].split(" is ", 1)[1].split(",")[0] for each in skipped} == {"Disabled"}
    assert before.keys() <= outputs["flowLogs"].keys()
    assert dict(there.preview("dev").changes) == {}

    _set(there, DEV, "enable")
    assert there.up("dev").code == 0
    assert _days(there, DEV) == {120}

    _set(there, HUB, "cancel?IgnoreResourceCheck=true")
    stopped = there.up("dev")
    (line,) = stopped.messages("error")[:1]
    assert stopped.code != 0
    assert f"({HUB}) is Disabled, and Azure refuses every write there" in line


def _without_watchers(folder: Path, subscription: str) -> Path:
    """The sample estate less the watchers of a subscription, which the stack then makes."""
    entries = json.loads(SAMPLE_ESTATE.read_text())
    place = f"/subscriptions/{subscription}/".casefold()
    kept = [
        entry
        for entry in entries
        if not (entry["id"].casefold().startswith(place) and "networkWatchers" in entry["id"])
    ]
    path = folder / "estate.json"
    path.write_text(json.dumps(kept))
    return path


def _set(there: Stage, subscription: str, action: str) -> None:
    action, _, query = action.partition("?")
    path = f"/subscriptions/{subscription}/providers/Microsoft.Subscription/{action}"
    there.send("POST", f"{path}?{query}", OWN)


def _days(there: Stage, subscription: str) -> set[int]:
    logs = there.flow_logs(subscription).values()
    return {log["properties"]["retentionPolicy"]["days"] for log in logs}
