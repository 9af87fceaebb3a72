"""The main job on the sample estate: build, nothing to change, destroy, build again, be read."""

from __future__ import annotations

from pathlib import Path

from commands.review.policy_pack import guard
from commands.shared.engine import Engine
from tests.e2e.conftest import Staging
from tests.e2e.stage import Stage
from tools.projects import REPOSITORY, copy_project

HUB, PROD, DEV = (f"00000000-0000-4000-8000-00000000000{number}" for number in (1, 2, 3))


def test_prod_is_built_once_guarded_and_a_second_run_has_nothing_to_do(staged: Staging) -> None:
    there = staged()
    there.stack("prod")
    before = there.flow_logs(HUB, PROD, DEV)
    preview = there.guarded("preview", "prod")
    assert preview.code == 0, preview.stdout
    assert preview.violations == []
    assert there.server.writes() == []

    done = there.guarded("up", "prod", "--continue-on-error")
    assert done.code == 0, done.stdout
    after = there.flow_logs(HUB, PROD, DEV)
    assert set(before) < set(after)
    _meets_the_standard(there, done.events and there.engine.outputs("prod"), after)
    assert {target: after[target]["id"] for target in before} == {
        target: log["id"] for target, log in before.items()
    }

    writes = len(there.server.writes())
    again = there.guarded("up", "prod", "--expect-no-changes")
    assert (again.code, dict(again.changes)) == (0, {})
    assert len(there.server.writes()) == writes


def _meets_the_standard(there: Stage, outputs: object, logs: dict[str, dict[str, object]]) -> None:
    assert isinstance(outputs, dict)
    ours = [target for target, log in outputs["flowLogs"].items() if log["state"] != "external"]
    assert ours
    for target in ours:
        properties = logs[target]["properties"]
        assert isinstance(properties, dict)
        analytics = properties["flowAnalyticsConfiguration"][
            "networkWatcherFlowAnalyticsConfiguration"
        ]
        assert properties["enabled"] is True
        assert properties["format"]["version"] == 2
        assert properties["retentionPolicy"]["days"] >= 90
        assert properties["retentionPolicy"]["enabled"] is True
        assert (analytics["enabled"], analytics["trafficAnalyticsInterval"]) == (True, 10)


def test_a_preview_prints_no_warning_of_host_or_provider(staged: Staging) -> None:
    there = staged()
    there.stack("dev")
    done = there.engine.run("preview", "--stack", "dev", *guard("dev"))
    said = (done.stdout + done.stderr).casefold().splitlines()
    warnings = [line for line in said if "warning" in line]
    assert warnings
    assert all("nsg-dev-unused is skipped" in line for line in warnings if "warning:" in line)
    assert not [line for line in said if "plugin" in line or "traceback" in line]


def test_two_environments_stand_side_by_side(deployed: Staging) -> None:
    there = deployed("prod")
    there.stack("dev")
    assert there.up("dev").code == 0
    dev, prod = (there.engine.outputs(stack) for stack in ("dev", "prod"))
    assert not set(dev["flowLogs"]) & set(prod["flowLogs"])
    assert dev["workspace"]["id"] != prod["workspace"]["id"]
    assert dev["coverage"]["discovered"] == prod["coverage"]["discovered"] == 24


def test_destroy_keeps_the_evidence_and_the_next_up_takes_it_back(deployed: Staging) -> None:
    there = deployed("prod")
    outputs = there.engine.outputs("prod")
    made = there.flow_logs(HUB, PROD, DEV)

    gone = there.engine.operate("destroy", "prod", "--exclude-protected")
    assert gone.code == 0, gone.stdout
    left = there.flow_logs(HUB, PROD, DEV)
    created = {t for t, log in outputs["flowLogs"].items() if log["state"] == "created"}
    adopted = {t for t, log in outputs["flowLogs"].items() if log["state"] == "adopted"}
    assert adopted <= set(left)
    assert not created & set(left)
    for account in (id_ for ids in outputs["storageAccounts"].values() for id_ in ids):
        assert there.get(account, "2024-01-01") is not None
    assert there.get(outputs["workspace"]["id"], "2023-09-01") is not None
    watcher = outputs["watchers"][PROD]["swedencentral"]
    assert there.get(watcher, "2024-05-01") is not None

    back = there.up("prod")
    assert back.code == 0, back.stdout
    assert set(there.flow_logs(HUB, PROD, DEV)) == set(made)
    assert there.engine.outputs("prod") == outputs
    assert dict(there.up("prod").changes) == {}


def test_another_stack_reads_the_outputs(deployed: Staging, tmp_path: Path) -> None:
    there = deployed("prod")
    project = copy_project(tmp_path / "consumer", REPOSITORY / "examples" / "consumer")
    consumer = Engine(there.engine.cli, project, there.engine.environment)
    assert consumer.run("stack", "init", "prod").code == 0
    done = consumer.operate("up", "prod")
    assert done.code == 0, done.stdout
    read = consumer.outputs("prod")
    wrote = there.engine.outputs("prod")
    assert read["source"] == "organization/flow-logs/prod"
    assert read["covered"] == wrote["coverage"]["covered"] > 0
    assert read["flowLogs"] == len(wrote["flowLogs"])
    assert read["workspaceCustomerId"] == wrote["workspaceCustomerId"]
    assert sum(read["networks"].values()) == len(wrote["networks"])


def test_the_pack_refuses_a_short_retention_in_a_preview(staged: Staging) -> None:
    there = staged()
    settings = {"location": "westeurope", "subscriptions": [DEV], "retentionDays": 7}
    there.stack("dev", settings)
    done = there.guarded("preview", "dev")
    assert done.code != 0
    refused = {found.policy for found in done.violations if found.level == "mandatory"}
    assert refused == {"flow-log-retention"}
