"""The program on an Azure as it is: busy, late, narrow, and acting by itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.e2e.conftest import Staging
from tests.e2e.scenarios import facts
from tests.e2e.stage import API_VERSIONS, Stage, stage
from tools.projects import SAMPLE_ESTATE

DEV = "00000000-0000-4000-8000-000000000003"
GROUP = f"/subscriptions/{DEV}/resourceGroups/rg-test"
PLAIN: dict[str, Any] = {"location": "westeurope", "subscriptions": [DEV]}
TARGETS = 4
"""Networks of the sample's third subscription that hold a security group."""
NEVER = ("--graph-lag", "3600")
"""Resource Graph shows nothing that changes while a test lasts."""


def states(there: Stage) -> dict[str, str]:
    """Provisioning state of each flow log, by its target."""
    return {
        target: log["properties"]["provisioningState"]
        for target, log in there.flow_logs(DEV).items()
    }


def faults(folder: Path, *entries: dict[str, Any]) -> Path:
    path = folder / "faults.json"
    path.write_text(json.dumps(entries))
    return path


def test_an_up_finishes_under_internal_server_errors_and_throttling(
    staged: Staging, tmp_path: Path
) -> None:
    write = {"method": "PUT", "path": "*/flowLogs/*", "after": 1, "times": 2}
    read = {"method": "GET", "path": "*/networkWatchers/*", "after": 2, "times": 2}
    injected = faults(
        tmp_path,
        {**write, "status": 500},
        {**read, "status": 429, "code": "TooManyRequests", "headers": {"Retry-After": "1"}},
    )
    there = staged(SAMPLE_ESTATE, "--faults", str(injected), "--quota", "40/1")
    there.stack("dev", PLAIN)
    done = there.up("dev")

    assert done.code == 0, done.stdout
    assert list(states(there).values()) == ["Succeeded"] * TARGETS
    answered = {request.status for request in there.server.requests()}
    assert {429, 500} <= answered
    assert dict(there.up("dev").changes) == {}


def test_creations_that_fail_because_of_one_another_are_finished_by_the_next_up(
    staged: Staging,
) -> None:
    there = staged(SAMPLE_ESTATE, "--flaky", "1", "--latency", "0.7")
    there.stack("dev", PLAIN)
    first = there.up("dev", "--continue-on-error")
    assert first.code != 0
    assert "InternalServerError" in " ".join(first.messages("error"))
    left = states(there)
    assert len(left) == TARGETS
    assert "Failed" in left.values()

    second = there.up("dev")
    assert second.code == 0, second.stdout
    assert states(there).keys() == left.keys()
    assert set(states(there).values()) == {"Succeeded"}
    assert dict(there.up("dev").changes) == {}


def test_while_resource_graph_is_late_a_second_up_changes_nothing(staged: Staging) -> None:
    there = staged(SAMPLE_ESTATE, *NEVER)
    there.stack("dev", PLAIN)
    assert there.up("dev").code == 0
    made = there.flow_logs(DEV)

    again = there.up("dev")
    assert (again.code, dict(again.changes)) == (0, {}), again.stdout
    assert there.flow_logs(DEV) == made


def test_a_network_that_resource_graph_still_shows_after_its_deletion_fails_nothing(
    staged: Staging,
) -> None:
    there = staged(SAMPLE_ESTATE, *NEVER)
    there.stack("dev", PLAIN)
    assert there.up("dev").code == 0
    made = there.flow_logs(DEV)
    gone = next(target for target in made if target.endswith("vnet-test-shop-weu"))
    _delete_network(there, gone)

    preview = there.preview("dev")
    assert preview.code == 0, preview.stdout
    touched = {urn.rsplit("::", 1)[-1] for op, urn in preview.steps if op in ("update", "create")}
    assert touched == set()
    done = there.up("dev")
    assert done.code == 0, done.stdout
    assert there.flow_logs(DEV) == {target: log for target, log in made.items() if target != gone}


def _delete_network(there: Stage, network_id: str) -> None:
    """Takes the network away, with what would keep Azure from deleting it."""
    network = there.get(network_id, "2024-05-01")
    assert network is not None
    network["properties"]["subnets"] = []
    there.send("PUT", network_id, "2024-05-01", network)
    there.send("DELETE", network_id, API_VERSIONS["networkwatchers"])


def test_a_role_on_one_resource_group_stops_the_run_with_one_line(
    staged: Staging, tmp_path: Path
) -> None:
    role = tmp_path / "role.json"
    role.write_text(json.dumps({"Name": "part", "Actions": ["*"], "AssignableScopes": [GROUP]}))
    there = staged(SAMPLE_ESTATE, "--role", str(role))
    there.stack("dev", PLAIN)
    done = there.preview("dev")

    assert done.code != 0
    (line,) = [each for each in done.messages("error") if "preview failed" not in each]
    assert "\n" not in line
    assert "in the whole of it" in line
    assert f"Assign Reader at /subscriptions/{DEV}" in line
    assert there.server.writes() == []


def test_what_azure_policy_itself_makes_between_two_runs_is_adopted(
    tmp_path: Path, pulumi_cli: Path
) -> None:
    settings = {**PLAIN, "existingFlowLogs": "adopt"}
    with stage(tmp_path) as there:
        there.stack("dev", {**settings, "include": {"names": ["nsg-test-web"]}})
        assert there.up("dev").code == 0
        ours = there.flow_logs(DEV)
        policies = tmp_path / "policies.json"
        policies.write_text(json.dumps([_assignment(there)]))
    with stage(tmp_path, SAMPLE_ESTATE, "--azure-policy", str(policies)) as there:
        made = there.flow_logs(DEV)
        late = made.keys() - ours.keys()
        assert len(late) == 2
        assert all(made[each]["name"].endswith("-rg-dev-flowlog") for each in late)
        there.configure("dev", settings)
        done = there.up("dev")
        assert done.code == 0, done.stdout
        held = there.flow_logs(DEV)
        for each in late:
            log = facts(held[each])
            assert log["id"] == made[each]["id"].casefold()
            assert (log["version"], log["analytics"], log["days"]) == (2, True, 90)
            assert log["tag"] == "flow-logs/dev"
        assert {each: held[each] for each in ours} == ours
        assert dict(there.up("dev").changes) == {}


def _assignment(there: Stage) -> dict[str, Any]:
    """The built-in definition without Traffic Analytics, for West Europe, into our account."""
    outputs = there.engine.outputs("dev")
    parameters = {
        "vnetRegion": "westeurope",
        "storageId": outputs["storageAccounts"]["westeurope"][0],
        "networkWatcherName": outputs["watchers"][DEV]["westeurope"],
    }
    policy = "cd6f7aff-2845-4dab-99f2-6d1754a754b0"
    definition = f"/providers/Microsoft.Authorization/policyDefinitions/{policy}"
    scope = f"/subscriptions/{DEV}"
    return {
        "id": f"{scope}/providers/Microsoft.Authorization/policyAssignments/flow-logs",
        "properties": {
            "policyDefinitionId": definition,
            "parameters": {name: {"value": value} for name, value in parameters.items()},
        },
    }
