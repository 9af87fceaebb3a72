"""The guardrail on the real engine and local Azure: made, nothing to change, changed, gone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import Staging
from tests.e2e.stage import Stage, stage
from tests.guardrail.definitions import Definition
from tests.guardrail.guard import guard

DEV = "00000000-0000-4000-8000-000000000003"
LAB = f"/subscriptions/{DEV}/resourceGroups/rg-dev"
POLICY, ROLE, TASK = "2025-01-01", "2022-04-01", "2024-10-01"
AUDITS = {"flow-logs-analytics", "flow-logs-enabled", "flow-logs-networks", "flow-logs-watchers"}
REGIONAL = {"flow-logs-northeurope", "flow-logs-westeurope"}


@pytest.fixture(scope="module")
def there(pulumi_cli: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A stage whose flow-logs stack ``dev`` has run once."""
    with stage(tmp_path_factory.mktemp("guarded")) as opened:
        opened.stack("dev")
        done = opened.up("dev")
        assert done.code == 0, done.stdout
        yield opened


def written(there: Stage, since: int, kind: str) -> list[str]:
    """Ids of the resources of a kind that were written since then, each once."""
    paths = [request.path for request in there.server.writes()[since:]]
    return list(dict.fromkeys(path for path in paths if f"/{kind}/" in path))


def test_audit_deploy_another_destination_and_away(
    there: Stage, tmp_path: Path, published: dict[str, Definition]
) -> None:
    start = len(there.server.writes())
    own = guard(there, tmp_path, managementGroupId="contoso", excludedScopes=[LAB])
    assert own.run("preview").code == 0
    assert len(there.server.writes()) == start

    assert own.run("up").code == 0
    assert set(own.assigned()) == AUDITS
    assert len(there.server.writes()) == start + len(AUDITS)
    for id_ in own.assigned().values():
        assignment = there.get(id_, POLICY)
        assert assignment is not None
        assert "identity" not in assignment
        assert assignment["properties"]["notScopes"] == [LAB]
        (message,) = assignment["properties"]["nonComplianceMessages"]
        assert "docs/guardrail.md#" in message["message"]

    own.configure(managementGroupId="contoso", effect="deploy")
    assert own.run("up").code == 0
    assert own.run("up", "--expect-no-changes").code == 0
    assert set(own.assigned()) == AUDITS | REGIONAL
    assert granted(there, written(there, start, "roleAssignments")) == {
        identity: named(published) for identity in own.outputs()["identities"].values()
    }
    tasks = written(there, start, "remediations")
    assert len(tasks) == len(REGIONAL) * len(initiative(published).members)

    own.configure(managementGroupId="contoso", effect="deploy", destination="stack", remediation=0)
    assert own.run("up").code == 0
    turned = there.get(own.assigned()["flow-logs-westeurope"], POLICY)
    assert turned is not None
    workspace = there.engine.outputs("dev")["workspace"]["id"]
    assert turned["properties"]["parameters"]["workspaceResourceId"] == {"value": workspace}
    assert [there.get(task, TASK) for task in tasks] == [None] * len(tasks)

    ids = list(own.assigned().values())
    assert own.run("destroy").code == 0
    assert [there.get(id_, POLICY) for id_ in ids] == [None] * len(ids)


def granted(there: Stage, ids: list[str]) -> dict[str, set[str]]:
    """Roles (GUIDs) by object id of the principal that has them."""
    found: dict[str, set[str]] = {}
    for id_ in ids:
        role = there.get(id_, ROLE)
        assert role is not None
        properties = role["properties"]
        guid = properties["roleDefinitionId"].rpartition("/")[2]
        found.setdefault(properties["principalId"], set()).add(guid)
    return found


def initiative(published: dict[str, Definition]) -> Definition:
    """Microsoft's initiative for flow logs with Traffic Analytics."""
    return next(definition for id_, definition in published.items() if "55634457" in id_)


def named(published: dict[str, Definition]) -> set[str]:
    """Roles that the policies of the initiative name."""
    ids = [member["policyDefinitionId"].casefold() for member in initiative(published).members]
    return {role for id_ in ids for role in published[id_].roles}


def test_a_subscription_is_guarded_by_itself(there: Stage, tmp_path: Path) -> None:
    start = len(there.server.writes())
    subscription = there.engine.environment["ARM_SUBSCRIPTION_ID"]
    own = guard(
        there,
        tmp_path,
        "subscription",
        subscriptionId=subscription,
        effect="deploy",
        regions=["westeurope"],
    )

    assert own.run("up").code == 0
    assert own.run("up", "--expect-no-changes").code == 0
    scope = f"/subscriptions/{subscription}/providers/"
    assert all(id_.startswith(scope) for id_ in own.assigned().values())
    tasks = [there.get(path, TASK) for path in written(there, start, "remediations")]
    assert [task and task["properties"]["resourceDiscoveryMode"] for task in tasks] == [
        "ReEvaluateCompliance"
    ] * 4


def test_a_source_that_never_ran_is_one_line(staged: Staging, tmp_path: Path) -> None:
    there = staged()
    there.stack("dev")
    own = guard(there, tmp_path, managementGroupId="contoso", effect="deploy")

    done = own.run("preview")

    assert done.code != 0
    assert done.messages("error") == [
        "the stack has no output contractVersion; run 'pulumi up' there first, "
        "or check that the reference names a stack of flow-logs"
    ]
    assert "Traceback" not in done.stdout + done.stderr


def test_a_wrong_setting_is_one_line(staged: Staging, tmp_path: Path) -> None:
    own = guard(staged(), tmp_path, managementGroupId="contoso", effect="deny")

    done = own.run("preview")

    assert done.code != 0
    assert done.messages("error") == [
        "flow-logs-guardrail:effect is 'deny'; it must be one of audit, deploy. Set it with: "
        "pulumi config set flow-logs-guardrail:effect VALUE"
    ]


def test_a_management_group_that_is_not_there_is_named(staged: Staging, tmp_path: Path) -> None:
    own = guard(staged(), tmp_path, managementGroupId="contoso-not")

    done = own.run("up")

    assert done.code != 0
    assert any("management group 'contoso-not'" in text for text in done.messages("error"))
