"""An absence, or another spelling, is never read as a deletion."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import AfterFirstUp, Staging
from tests.e2e.scenarios import facts
from tests.e2e.stage import API_VERSIONS, Stage
from tools.projects import SAMPLE_ESTATE

PROD, DEV = (f"00000000-0000-4000-8000-00000000000{number}" for number in (2, 3))
PLAIN: dict[str, Any] = {"location": "westeurope", "subscriptions": [DEV]}
LEFT_FAILED = {"method": "PUT", "times": 1, "status": 500, "late": True}
SPELLINGS = {
    "groups in lower case": ("/resourceGroups/", "/resourcegroups/"),
    "networks in lower case": ("/virtualNetworks/", "/virtualnetworks/"),
    "flow logs as older APIs write them": ("/flowLogs/", "/FlowLogs/"),
    "providers in upper case": ("/providers/Microsoft.Network/", "/providers/MICROSOFT.NETWORK/"),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_estate_in_another_letter_case_previews_as_no_change(
    after_first_up: AfterFirstUp, staged: Staging, tmp_path: Path, spelling: str
) -> None:
    after_first_up("dev", PLAIN)
    _respell(tmp_path / "azure" / "azure.json", *SPELLINGS[spelling])
    preview = staged().preview("dev")
    assert (preview.code, dict(preview.changes)) == (0, {}), preview.stdout


def test_more_removals_than_allowed_stop_the_run_and_name_the_flow_logs(deployed: Staging) -> None:
    there = deployed("dev", PLAIN)
    made = there.flow_logs(DEV)
    assert len(made) > 2

    there.configure("dev", {**PLAIN, "include": {"names": ["none-*"]}, "removeAtMost": 2})
    done = there.up("dev")
    assert done.code != 0
    (line,) = done.messages("error")[:1]
    assert f"{len(made)} flow logs of this stack would be deleted" in line
    assert there.flow_logs(DEV) == made

    there.configure("dev", {**PLAIN, "include": {"names": ["none-*"]}, "removeAtMost": len(made)})
    assert there.up("dev").code == 0
    assert there.flow_logs(DEV) == {}


def test_targets_that_somebody_deleted_are_dropped_quietly(deployed: Staging) -> None:
    there = deployed("dev", PLAIN)
    there.configure("dev", {**PLAIN, "removeAtMost": 0})
    gone = next(target for target in sorted(there.flow_logs(DEV)) if "vnet-test-erp" in target)
    _delete_network(there, gone)
    done = there.up("dev")
    assert done.code == 0, done.stdout
    assert gone not in there.flow_logs(DEV)


def test_a_flow_log_left_failed_outside_the_state_is_found_and_written_again(
    staged: Staging, tmp_path: Path
) -> None:
    faults = tmp_path / "faults.json"
    faults.write_text(json.dumps([{**LEFT_FAILED, "path": "*/flowLogs/vnet-test-erp*"}]))
    there = staged(SAMPLE_ESTATE, "--faults", str(faults))
    there.stack("dev", PLAIN)
    assert there.up("dev", "--continue-on-error").code != 0
    (failed,) = _failed(there)
    _lose_the_state(there)
    done = there.up("dev")
    assert done.code == 0, done.stdout
    assert "create" not in {op for op, urn in done.steps if "FlowLog::" in urn}
    assert failed in [log["id"] for log in there.flow_logs(DEV).values()]
    assert _failed(there) == []
    assert dict(there.up("dev").changes) == {}


def test_a_renamed_stack_stops_before_it_deletes_what_it_made(deployed: Staging) -> None:
    there = deployed("dev", PLAIN)
    made = there.flow_logs(DEV)

    assert there.engine.run("stack", "rename", "new", "--stack", "dev").code == 0
    done = there.up("new")
    assert done.code != 0
    (line,) = done.messages("error")[:1]
    assert f"{len(made)} flow logs of this stack would be deleted, but the tag managed-by" in line
    assert "now says flow-logs/dev: " in line
    assert "pulumi stack rename dev." in line
    assert there.flow_logs(DEV) == made

    assert there.engine.run("stack", "rename", "dev", "--stack", "new").code == 0
    again = there.up("dev")
    assert (again.code, dict(again.changes)) == (0, {}), again.stdout


def test_a_flow_log_is_handed_to_another_stack_without_a_gap(staged: Staging) -> None:
    there = staged()
    there.stack("dev", {**PLAIN, "include": {"names": ["nsg-test-erp"]}})
    there.stack("new", {**PLAIN, "include": {"names": ["nsg-test-erp"]}})
    assert there.up("dev").code == 0
    (log,) = there.flow_logs(DEV).values()
    (advice,) = [line for line in there.preview("new").messages("warning") if "take it" in line]
    assert f"flow log {log['name']} was made by flow-logs/dev" in advice
    assert "set its tag managed-by to flow-logs/new, take it out of that stack's state" in advice

    tagged = {**log, "tags": {**log["tags"], "managed-by": "flow-logs/new"}}
    there.send("PUT", log["id"], API_VERSIONS["flowlogs"], tagged)
    stopped = there.up("dev")
    assert stopped.code != 0
    assert "pulumi state delete URN" in stopped.messages("error")[0]
    listed = there.engine.run("stack", "--show-urns", "--stack", "dev").stdout
    (urn,) = re.findall(r"urn:\S+:FlowLog::\S+", listed)
    assert there.engine.run("state", "delete", urn, "--stack", "dev", "--yes").code == 0

    taken = there.up("new")
    assert taken.code == 0, taken.stdout
    assert {op for op, urn in taken.steps if "FlowLog::" in urn} == {"import", "update"}
    for stack in ("dev", "new"):
        again = there.up(stack)
        assert (again.code, dict(again.changes)) == (0, {}), again.stdout
    assert [found["id"] for found in there.flow_logs(DEV).values()] == [log["id"]]
    assert "DELETE" not in {sent.method for sent in there.server.writes()}


def test_an_adopted_flow_log_gets_ours_for_what_somebody_deleted_under_it(
    staged: Staging, tmp_path: Path
) -> None:
    bereft = tmp_path / "bereft.json"
    sample = json.loads(SAMPLE_ESTATE.read_text())
    gone = ("/storageAccounts/stcontosoprodneu", "/workspaces/log-contoso-soc")
    bereft.write_text(json.dumps([row for row in sample if not row["id"].endswith(gone)]))
    there = staged(bereft)
    adopt = {"subscriptions": [PROD], "existingFlowLogs": "adopt"}
    there.stack("dev", {**PLAIN, **adopt, "include": {"locations": ["northeurope"]}})
    before = _on_report_network(there)
    assert before["storage"].endswith(gone[0].casefold())
    assert before["workspace"].endswith(gone[1])

    done = there.up("dev")
    assert done.code == 0, done.stdout
    after = _on_report_network(there)
    assert after["id"] == before["id"]
    assert "/flow-logs-dev/" in after["storage"]
    assert after["workspace"].endswith("/workspaces/flow-logs-dev")
    assert dict(there.up("dev").changes) == {}


def _on_report_network(there: Stage) -> dict[str, Any]:
    logs = there.flow_logs(PROD)
    return next(facts(log) for target, log in logs.items() if target.endswith("/vnet-report-neu"))


def test_flow_logs_whose_state_is_lost_are_found_and_taken_over(deployed: Staging) -> None:
    there = deployed("dev", PLAIN)
    _lose_the_state(there)
    done = there.up("dev")
    assert done.code == 0, done.stdout
    assert done.changes["import"] > 4
    assert "create" not in {op for op, urn in done.steps if "FlowLog::" in urn}
    assert dict(there.up("dev").changes) == {}


def _lose_the_state(there: Stage) -> None:
    there.engine.run("stack", "rm", "dev", "--force", "--yes")
    there.stack("dev", PLAIN)


def _failed(there: Stage) -> list[str]:
    """Ids of flow logs that Azure could not provision."""
    return [
        log["id"]
        for log in there.flow_logs(DEV).values()
        if log["properties"]["provisioningState"] == "Failed"
    ]


def _respell(held: Path, before: str, after: str) -> None:
    """Rewrites what Microsoft.Network answers; other services echo the ids that they were sent."""
    state = json.loads(held.read_text())
    texts = [json.dumps(found) for found in state["resources"]]
    network = ["/providers/microsoft.network/" in text.casefold()[:300] for text in texts]
    assert any(before in text for text, own in zip(texts, network, strict=True) if own)
    state["resources"] = [
        json.loads(text.replace(before, after) if own else text)
        for text, own in zip(texts, network, strict=True)
    ]
    held.write_text(json.dumps(state))


def _delete_network(there: Stage, network_id: str) -> None:
    """Takes the network away, with what would keep Azure from deleting it."""
    network = there.get(network_id, "2024-05-01")
    assert network is not None
    network["properties"]["subnets"] = []
    there.send("PUT", network_id, "2024-05-01", network)
    there.send("DELETE", network_id, API_VERSIONS["networkwatchers"])
