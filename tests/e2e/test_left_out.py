"""What Azure leaves out of its lists is not gone, and what it does not let go fails no run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from commands.shared.engine import Run
from localazure.process import Server
from tests.e2e.conftest import Staging
from tests.e2e.stage import Stage
from tools.projects import SAMPLE_ESTATE

DEV = "00000000-0000-4000-8000-000000000003"
SETTINGS: dict[str, Any] = {"location": "westeurope", "subscriptions": [DEV]}
SANDBOX = "*/virtualnetworks/vnet-dev-sandbox-weu"
ALONE = ["nsg-dev-jumpbox", "nsg-test-erp"]  # one on an interface, one on a subnet
KINDS = {
    "a network": ([SANDBOX], "virtual network vnet-dev-sandbox-weu"),
    "a group on an interface": (["*/nsg-dev-jumpbox"], "network security group nsg-dev-jumpbox"),
    "a group on a subnet": (["*/nsg-test-erp"], "network security group nsg-test-erp"),
    "a subnet": (["*/vnet-test-erp-neu/subnets/*"], "subnet snet-erp"),
    "a subnet and its group": (["*/subnets/snet-erp", "*/nsg-test-erp"], "nsg-test-erp"),
    "an interface": (["*/nic-jumpbox"], "network interface nic-jumpbox"),
    "an interface and its group": (["*/nic-jumpbox", "*/nsg-dev-jumpbox"], "nic-jumpbox"),
    "a watcher": (
        ["*/networkwatchers/*_northeurope"],
        "network watcher NetworkWatcher_northeurope",
    ),
    "a flow log": (["*/flowlogs/vnet-test-erp*"], "flow log vnet-test-erp-neu-"),
    "a storage account": (["*/storageaccounts/*"], "storage account flowlogs"),
}


def left_out(there: Stage, *globs: str) -> Run:
    """A preview while Azure leaves what these globs mean out of its lists."""
    (there.engine.project / "unlisted.json").write_text(json.dumps(globs))
    return there.preview("dev")


def _deleted(server: Server) -> list[str]:
    return [sent.path for sent in server.writes() if sent.method == "DELETE"]


def test_nothing_is_deleted_because_a_row_is_missing(staged: Staging, tmp_path: Path) -> None:
    unlisted = tmp_path / "project" / "unlisted.json"
    there = staged(SAMPLE_ESTATE, "--unlisted", str(unlisted))
    there.stack("dev", {**SETTINGS, "include": {"names": ALONE}})
    assert there.up("dev").code == 0
    made = there.flow_logs(DEV)
    assert len(made) == 2

    for kind, (globs, named) in KINDS.items():
        done = left_out(there, *globs)
        assert (done.code, dict(done.changes)) == (0, {}), (kind, done.stdout)
        told = [line for line in done.messages("warning") if "out of what it listed" in line]
        assert any(named in line for line in told), (kind, told)
        if "account" not in kind:
            names = [log["name"] for log in made.values()]
            assert any(name in line for line in told for name in names), (kind, told)

    for globs in (["*"], [f"*{DEV}*"]):
        done = left_out(there, *globs)
        assert done.code != 0
        (line,) = done.messages("error")[:1]
        assert "out of what it listed, and has them all the same: " in line
        assert "nothing is changed; run again in a few minutes" in line
    assert there.up("dev").code != 0

    left_out(there)
    assert there.flow_logs(DEV) == made
    again = there.up("dev")
    assert (again.code, dict(again.changes)) == (0, {}), again.stdout
    assert _deleted(there.server) == []


def test_each_deletion_says_why(deployed: Staging) -> None:
    there = deployed("dev", {**SETTINGS, "targetLevel": "subnet"})

    there.configure("dev", SETTINGS)
    assert _reasons(there.up("dev")) == {}  # the networks' flow logs come first
    finer = _reasons(there.up("dev"))
    assert finer.keys() == {"snet-app", "snet-erp", "snet-vms", "snet-web"}
    network = there.flow_logs(DEV)[_erp(there)]["name"]
    assert finer["snet-erp"] == f"flow log {network} records the same"

    there.configure("dev", {**SETTINGS, "exclude": {"names": ["nsg-test*"]}})
    assert _reasons(there.up("dev")) == {
        "vnet-test-erp-neu": _outside("nsg-test-erp"),
        "vnet-test-shop-weu": _outside("nsg-test-app, nsg-test-web"),
    }


def _reasons(run: Run) -> dict[str, str]:
    """Name of each target whose flow log is deleted, to the reason."""
    assert run.code == 0, run.stdout
    lines = [line.split(" is deleted: ") for line in run.messages("info")]
    return {line[0].rsplit(" ", 1)[-1]: line[1] for line in lines if len(line) == 2}


def _outside(groups: str) -> str:
    return f"what sits there ({groups}) is outside flow-logs:include and exclude"


def _erp(there: Stage) -> str:
    return next(each for each in there.flow_logs(DEV) if each.endswith("vnet-test-erp-neu"))


def test_what_azure_does_not_let_go_leaves_the_state_and_fails_no_run(staged: Staging) -> None:
    there = staged(SAMPLE_ESTATE, "--orphans")
    there.stack("dev", {**SETTINGS, "targetLevel": "subnet"})
    assert there.up("dev").code == 0
    logs = there.flow_logs(DEV)
    target = next(each for each in sorted(logs) if "vnet-test-erp" in each)
    _delete_subnet(there, target)

    kept = there.up("dev", "--continue-on-error")
    assert (kept.code, dict(kept.changes)) == (0, {}), kept.stdout
    assert any("and the next takes it out of the stack" in line for line in kept.messages("info"))
    released = there.up("dev", "--continue-on-error")
    assert released.code == 0, released.stdout
    assert any(
        "it leaves the stack and stays in Azure" in each for each in released.messages("info")
    )
    urns = there.engine.run("stack", "--show-urns", "--stack", "dev").stdout
    assert logs[target]["name"] not in urns
    assert there.flow_logs(DEV).keys() == logs.keys()
    assert _deleted(there.server) == []
    again = there.up("dev")
    assert (again.code, dict(again.changes)) == (0, {}), again.stdout


def _delete_subnet(there: Stage, subnet: str) -> None:
    network_id = subnet.rsplit("/", 2)[0]
    network = there.get(network_id, "2024-05-01")
    assert network is not None
    subnets = network["properties"]["subnets"]
    network["properties"]["subnets"] = [each for each in subnets if each["id"].casefold() != subnet]
    there.send("PUT", network_id, "2024-05-01", network)
