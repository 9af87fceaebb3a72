"""Azure Policy beside the program: it acts between two runs, and neither undoes the other.

The definitions and their templates are Microsoft's own; the program, the guardrail and the engine
are real; Azure is local.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.e2e.conftest import Staging
from tests.e2e.scenarios import facts
from tests.guardrail.azure_policy import AzurePolicy, Finding
from tests.guardrail.definitions import Definition
from tests.guardrail.guard import LATE, Guard, guard, somebody_makes_a_network

HUB, PROD, DEV = (f"00000000-0000-4000-8000-00000000000{number}" for number in (1, 2, 3))
ALL = (HUB, PROD, DEV)
SETTINGS: dict[str, Any] = {
    "location": "westeurope",
    "subscriptions": list(ALL),
    "existingFlowLogs": "adopt",
    "existingWorkspaces": "move",
}


def deploying(own: Guard) -> list[str]:
    """Ids of the assignments that make something."""
    outputs = own.outputs()
    return [outputs["assignments"][name] for name in outputs["identities"]]


def a_day_of(policy: AzurePolicy, own: Guard) -> list[Finding]:
    """Two evaluations, as the first makes what the flow logs of the second need."""
    return [found for _ in range(2) for id_ in deploying(own) for found in policy.act(id_)]


def test_the_initiative_makes_what_the_next_run_adopts_and_then_rests(
    staged: Staging, tmp_path: Path, published: dict[str, Definition]
) -> None:
    there = staged()
    there.stack("dev", SETTINGS)
    assert there.up("dev").code == 0
    ours = there.flow_logs(*ALL)
    own = guard(there, tmp_path, managementGroupId="contoso", effect="deploy")
    assert own.run("up").code == 0
    somebody_makes_a_network(there)
    policy = AzurePolicy(there, published, ALL)

    made = [id_ for found in a_day_of(policy, own) for id_ in found.deployed]

    late = there.flow_logs(*ALL)[LATE.casefold()]
    chosen = facts(late)
    assert late["id"] in made
    assert late["name"] == "late-rg-test-flowlog"
    assert (chosen["version"], chosen["days"], chosen["analytics"]) == (2, 90, True)
    assert f"/subscriptions/{DEV}/resourcegroups/flow-logs-policy/" in chosen["storage"]
    assert "/workspaces/nwtaws" in chosen["workspace"]
    assert {target: there.flow_logs(*ALL)[target] for target in ours} == ours

    assert there.up("dev").code == 0
    adopted = facts(there.flow_logs(*ALL)[LATE.casefold()])
    assert {name: adopted[name] for name in ("id", "version", "days", "storage")} == {
        name: chosen[name] for name in ("id", "version", "days", "storage")
    }
    assert adopted["workspace"] == there.engine.outputs("dev")["workspace"]["id"].casefold()
    assert adopted["tag"] == "flow-logs/dev"

    again = a_day_of(policy, own)
    assert [found for found in again if found.deployed] == []
    # The initiative's policy for watchers looks in the group of the watcher that it looks at.
    assert {(found.resource.rpartition("/")[2], found.error) for found in again} == {
        ("watcher-contoso-neu", "NetworkWatcherCountLimitReached")
    }
    assert there.up("dev").changes == {}
