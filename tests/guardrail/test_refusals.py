"""Azure refuses a policy assignment, new or changed: the rest of the guardrail is made."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from bench.estates import synthetic
from tests.e2e.conftest import Staging
from tests.e2e.refusals import HOME, calm, refusing, waiting, written
from tests.guardrail.guard import guard

AUDITS = {"flow-logs-analytics", "flow-logs-enabled", "flow-logs-networks", "flow-logs-watchers"}
NORTH, WEST = "flow-logs-northeurope", "flow-logs-westeurope"


def test_a_refused_assignment_stops_only_its_own_roles_and_remediations(
    staged: Staging, tmp_path: Path
) -> None:
    faults = [
        refusing(f"*/policyAssignments/{NORTH}", times=1),
        refusing(f"*/policyAssignments/{WEST}", after=1, times=1),
    ]
    there = staged(
        written(tmp_path / "estate.json", synthetic(networks=2, nsgs=2, regions=2)),
        "--faults",
        str(written(tmp_path / "faults.json", faults)),
    )
    there.stack("dev", {"location": "westeurope", "subscriptions": [HOME]})
    assert there.up("dev").code == 0
    settings = {"subscriptionId": HOME, "effect": "deploy"}
    own = guard(there, tmp_path, **settings)

    done = own.run("up", "--continue-on-error")
    calm(done)
    assert done.code != 0
    assert waiting(done) == Counter({"role assignment": 2, "remediation": 4})
    assert set(own.assigned()) == {*AUDITS, WEST}
    assert set(own.outputs()["identities"]) == {WEST}

    own.configure(**settings, excludedScopes=[f"/subscriptions/{HOME}/resourceGroups/lab"])
    done = own.run("up", "--continue-on-error")
    calm(done)
    assert done.code != 0
    assert dict(done.changes) == {"create": 7, "update": len(AUDITS)}
    assert waiting(done) == Counter()
    assert set(own.outputs()["identities"]) == {NORTH, WEST}

    assert dict(own.run("up").changes) == {"update": 1}
    assert own.run("up", "--expect-no-changes").code == 0
