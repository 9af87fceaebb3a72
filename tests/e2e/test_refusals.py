"""Azure refuses one thing: whatever does not stand on it is made in the same run."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from pathlib import Path

import pytest

from bench.estates import Resource, synthetic
from commands.deploy import deployment
from commands.shared.engine import Engine
from plan.naming import storage_account_id
from tests.e2e.conftest import Staging
from tests.e2e.refusals import HOME, calm, refusing, waiting, written

PLAIN = {"location": "westeurope", "subscriptions": [HOME]}
ELSEWHERE = "northeurope"


def lopsided() -> list[Resource]:
    """25 networks, one of them in a region of its own."""
    rows = synthetic(networks=48, nsgs=0, regions=2)
    networks = [row for row in rows if "/virtualNetworks/" in row["id"]]
    left_out = [row for row in networks if row["location"] == ELSEWHERE][1:]
    return [row for row in rows if row not in left_out]


def test_one_regions_account_refused_leaves_the_flow_logs_of_the_other(
    staged: Staging, tmp_path: Path
) -> None:
    account = storage_account_id(HOME, "dev", ELSEWHERE, shard=0)
    refused = refusing(account, times=1)
    there = staged(
        written(tmp_path / "estate.json", lopsided()),
        "--faults",
        str(written(tmp_path / "faults.json", [refused])),
    )
    there.stack("dev", {**PLAIN, "networksWithoutNsg": "cover"})
    done = there.up("dev", "--continue-on-error")
    calm(done)
    assert done.code != 0
    assert waiting(done) == Counter({"blob service": 1, "flow log": 1})
    made = there.flow_logs(HOME)
    assert Counter(log["location"] for log in made.values()) == {"westeurope": 24}

    told = there.engine.outputs("dev")
    assert {log["location"]: log["state"] for log in told["flowLogs"].values()} == {
        "westeurope": "created",
        ELSEWHERE: "refused",
    }
    (lost,) = [network for network, state in told["networks"].items() if state == "dark"]
    assert told["flowLogs"][lost]["state"] == "refused"
    assert list(told["storageAccounts"]) == ["westeurope"]
    summary = deployment("dev", done)
    assert "24 created; **1 flow log not written**; 24 of 25 virtual networks" in summary

    again = there.up("dev")
    assert again.code == 0, again.stdout
    assert dict(again.changes) == {"create": 3}
    assert len(there.flow_logs(HOME)) == 25


@pytest.fixture(params=["our", "the official"])
def engine_with(request: pytest.FixtureRequest, tmp_path: Path, pulumi_cli: Path) -> Path:
    """The CLI, whose language host runs programs by our script or the official one."""
    if request.param == "our":
        return pulumi_cli
    script = _official()
    folder = shutil.copytree(pulumi_cli.parent, tmp_path / "engine" / "bin")
    (tmp_path / "engine" / "host").symlink_to(pulumi_cli.parent.parent / "host")
    shutil.copy(script, folder / "pulumi-language-python-exec")
    return folder / "pulumi"


def _official() -> Path:
    """Pulumi's own script that runs programs, in the source of its Go module."""
    modules = os.environ.get("GOMODCACHE") or str(Path.home() / "go" / "pkg" / "mod")
    pattern = "github.com/pulumi/pulumi/sdk/v3@*/python/cmd/pulumi-language-python-exec"
    found = sorted(Path(modules).glob(pattern))
    if not found:
        pytest.skip(f"no source of Pulumi's SDK in {modules}: it comes when the engine is built")
    return found[-1]


def test_a_refused_workspace_ends_no_run_in_a_traceback_whoever_runs_the_program(
    staged: Staging, tmp_path: Path, engine_with: Path
) -> None:
    there = staged(
        written(tmp_path / "estate.json", synthetic(networks=2, nsgs=2)),
        "--faults",
        str(written(tmp_path / "faults.json", [refusing("*/workspaces/*", times=2)])),
    )
    own = there.engine
    path = f"{engine_with.parent}{os.pathsep}{own.environment['PATH']}"  # whose host is taken
    there.engine = Engine(engine_with, own.project, {**own.environment, "PATH": path})
    there.stack("dev", PLAIN)
    stopped = there.up("dev")
    assert "from $PATH" not in stopped.stdout  # what the CLI says of a host that is not its own
    calm(stopped)
    assert stopped.code != 0

    done = there.up("dev", "--continue-on-error")
    calm(done)
    assert done.code != 0
    assert waiting(done)["flow log"] == 2
    assert there.flow_logs(HOME) == {}

    assert there.up("dev").code == 0
    assert len(there.flow_logs(HOME)) == 2


def test_what_a_run_leaves_out_by_target_was_not_refused(staged: Staging, tmp_path: Path) -> None:
    there = staged(written(tmp_path / "estate.json", synthetic(networks=2, nsgs=2)))
    there.stack("dev", PLAIN)
    assert there.up("dev").code == 0
    there.configure("dev", {**PLAIN, "alerts": {"emails": ["soc@contoso.test"]}})
    done = there.up("dev", "--target", "**FlowLog::**")
    assert done.code == 0, done.stdout
    assert "refused" not in done.stdout
    again = there.up("dev")
    assert dict(again.changes)["create"] == 1, again.stdout
