"""What a user sees, on the real engine, when a role lacks an action."""

from __future__ import annotations

import json
from pathlib import Path

from tests.e2e.conftest import Staging
from tests.roles.job import DEV, FILES, PROD
from tools.projects import SAMPLE_ESTATE

WITHOUT_IDENTITY = {name: value for name, value in DEV.items() if name != "flowLogIdentity"}


def without(folder: Path, role: str, action: str) -> str:
    """Path of a copy of a role that lacks one action."""
    definition = json.loads(FILES[role].read_text())
    definition["Actions"].remove(action)
    path = folder / "role.json"
    path.write_text(json.dumps(definition))
    return str(path)


def test_a_preview_that_may_not_read_stops_before_anything_changes(
    staged: Staging, tmp_path: Path
) -> None:
    action = "Microsoft.Insights/activityLogAlerts/read"
    there = staged(SAMPLE_ESTATE, "--role", without(tmp_path, "preview", action))
    there.stack("dev", DEV)

    done = there.preview("dev")

    assert done.code != 0
    (line,) = done.messages("error")
    assert line.startswith("Azure could not be read: AuthorizationFailed: ")
    assert f"perform action '{action}'" in line
    assert there.server.writes() == []


def test_the_role_on_a_resource_group_is_not_enough(staged: Staging, tmp_path: Path) -> None:
    """Resource Graph would answer with that group's rows and no error."""
    definition = json.loads(FILES["deployment"].read_text())
    own, prod, dev = DEV["subscriptions"]
    narrow = [f"/subscriptions/{own}", f"/subscriptions/{prod}"]
    definition["AssignableScopes"] = [*narrow, f"/subscriptions/{dev}/resourceGroups/rg-dev"]
    path = tmp_path / "role.json"
    path.write_text(json.dumps(definition))
    there = staged(SAMPLE_ESTATE, "--role", str(path))
    there.stack("dev", DEV)

    done = there.preview("dev")

    (line,) = done.messages("error")
    assert f"({dev}): this identity may not " in line
    assert "in the whole of it" in line


def test_missing_rights_of_traffic_analytics_are_named_for_each_flow_log(
    staged: Staging, tmp_path: Path
) -> None:
    action = "Microsoft.OperationalInsights/workspaces/sharedkeys/action"
    there = staged(SAMPLE_ESTATE, "--role", without(tmp_path, "deployment", action))
    there.stack("dev", WITHOUT_IDENTITY)

    done = there.up("dev", "--continue-on-error")

    refused = [line for line in done.messages("error") if "TAUserDoesNotHavePermissions" in line]
    made = there.engine.outputs("dev")["flowLogs"]
    assert len(refused) == len(made) > 0
    # The engine puts a heading of its own above what the provider says.
    assert all(action in line.splitlines()[-1] for line in refused)


def test_without_the_right_to_write_groups_all_but_their_flow_logs_are_made(
    staged: Staging,
) -> None:
    there = staged(SAMPLE_ESTATE, "--role", str(FILES["deployment"]))
    there.stack("prod", PROD)

    done = there.up("prod", "--continue-on-error")

    refused = [line for line in done.messages("error") if "LinkedAuthorizationFailed" in line]
    assert len(refused) == 2
    assert all("Microsoft.Network/networkSecurityGroups/write" in line for line in refused)
    logs = there.flow_logs(*PROD["subscriptions"])
    ours = [log for log in logs.values() if (log.get("tags") or {}).get("managed-by")]
    on_groups = [log for log in ours if "nsg" in log["properties"]["targetResourceId"]]
    assert ours
    assert on_groups == []


def test_without_the_right_to_assign_roles_flow_logs_wait_and_the_rest_is_made(
    staged: Staging, tmp_path: Path
) -> None:
    action = "Microsoft.Authorization/roleAssignments/write"
    names = [
        name
        for role in ("deployment", "identity")
        for name in json.loads(FILES[role].read_text())["Actions"]
        if name != action
    ]
    path = tmp_path / "role.json"
    path.write_text(json.dumps({"Actions": names}))
    there = staged(SAMPLE_ESTATE, "--role", str(path))
    there.stack("dev", {**DEV, "flowLogIdentity": "make"})

    done = there.up("dev", "--continue-on-error")

    refused = [line for line in done.messages("error") if f"perform action '{action}'" in line]
    waiting = [line for line in done.messages("warning") if "waits for role assignment" in line]
    made = there.flow_logs(*DEV["subscriptions"]).values()
    assert refused
    assert len(waiting) == len(there.engine.outputs("dev")["flowLogs"]) > 0
    assert [log for log in made if (log.get("tags") or {}).get("managed-by")] == []
