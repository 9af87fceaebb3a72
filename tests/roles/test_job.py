"""The main job under the roles, and what each action of them is for.

`python -m tests.roles.measure` renews `roles/steps.json`, the definitions and the page.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands.checks.actions import needed
from estate.permissions import READ_ACTIONS
from estate.security import ADMIN_RULES
from localazure.authorization.rights import Rights, read_role
from roles.actions import FOLDER, ROLES, Role, actions
from roles.document import PAGE, needed_by, render, text
from stack.settings.read import parse_settings
from tests.roles.job import DEV, FILES, HOME, SUBSCRIPTIONS, Asked, Done, Job, action, requested
from tests.roles.taken_away import failing, is_called, measured
from tests.servers import LocalAzure
from tools.projects import SAMPLE_ESTATE

HINT = "renew it with: python -m tests.roles.measure"


@pytest.fixture(scope="module")
def done(pulumi_cli: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Done]:
    """The whole job, run once."""
    return Job(tmp_path_factory.mktemp("job"), []).main()


@pytest.fixture(scope="module")
def asked(done: list[Done]) -> list[Asked]:
    """Every request of the job."""
    return list(requested(done))


def test_every_step_succeeds_under_its_role(done: list[Done]) -> None:
    failed = [(each.step, each.role, each.run.stdout) for each in done if each.run.code]
    assert failed == []


def test_previews_write_nothing(done: list[Done]) -> None:
    for each in done:
        writes = [one for one in each.asked if one.method in ("PUT", "PATCH", "DELETE")]
        assert bool(writes) is (each.step not in ("preflight", "preview", "rules", "impact"))


def test_the_preview_role_holds_reads_alone() -> None:
    assert all(each.name.endswith("/read") for each in _role("flow-logs-preview").actions())


def test_the_rules_role_holds_reads_and_one_action_that_lists() -> None:
    others = [
        each.name for each in _role("flow-logs-rules").actions() if not each.name.endswith("/read")
    ]
    assert [name.rpartition("virtualNetworks/")[2] for name in others] == [f"{ADMIN_RULES}/action"]


def _role(key: str) -> Role:
    return next(role for role in ROLES if role.key == key)


def test_only_one_role_writes_a_security_group() -> None:
    writing = [role.key for role in ROLES if rights(role.file).grants(GROUP_WRITE)]
    assert writing == ["flow-logs-deployment-nsg"]


@pytest.mark.parametrize(
    "kept",
    [
        "Microsoft.Network/networkWatchers/delete",
        "Microsoft.OperationalInsights/workspaces/delete",
        "Microsoft.Resources/subscriptions/resourceGroups/delete",
        "Microsoft.Storage/storageAccounts/delete",
    ],
)
def test_no_role_deletes_the_evidence(kept: str) -> None:
    assert [role.key for role in ROLES if rights(role.file).grants(kept)] == []


GROUP_WRITE = "Microsoft.Network/networkSecurityGroups/write"


def rights(file: Path) -> Rights:
    """What a role file grants, as local Azure reads it."""
    return read_role(file)


def test_discovery_finds_all_that_it_asks_for_in_every_role() -> None:
    for name in ("preview", "deployment", "deployment-nsg", "networks", "rules"):
        granted = rights(FILES[name])
        assert [one for one in READ_ACTIONS if not granted.grants(one)] == []


def test_the_deployment_role_has_all_that_preflight_asks_for() -> None:
    config = {
        f"flow-logs:{name}": value if isinstance(value, str) else json.dumps(value)
        for name, value in DEV.items()
    }
    settings = parse_settings("dev", config, {"ARM_SUBSCRIPTION_ID": HOME})
    granted = rights(FILES["deployment"])
    for subscription in SUBSCRIPTIONS:
        missing = [one for one in needed(subscription, settings) if not granted.grants(one)]
        assert missing == []


def test_every_request_is_allowed_by_the_role_of_its_subscription(done: list[Done]) -> None:
    """In subscriptions with networks alone the smaller role is enough."""
    networks = rights(FILES["networks"])
    for each in done:
        if each.role in ("guardrail", "rules"):
            continue
        elsewhere = [one for one in each.asked if one.subscription not in ("", HOME)]
        refused = {
            one.action for one in elsewhere if one.action and not networks.grants(one.action)
        }
        assert refused == set()


def test_no_action_stays_that_nothing_needs(asked: list[Asked]) -> None:
    for each in actions():
        used = failing(each, asked) is not None or (each.call and is_called(each, asked))
        assert used or each.documented, f"{each.name}: take it out of roles/actions.json"


def test_previews_need_all_that_their_role_holds(done: list[Done]) -> None:
    in_previews = [one for each in done if each.role == "preview" for one in each.asked]
    called = {one.action.casefold() for one in in_previews if one.action}
    called |= {name.casefold() for name in READ_ACTIONS}
    for each in _role("flow-logs-preview").actions():
        asked_for = each.name.casefold() in called or (each.call and is_called(each, in_previews))
        assert asked_for, f"{each.name}: no preview asks for it"


def test_no_request_needs_an_action_that_is_not_listed(asked: list[Asked]) -> None:
    listed = {each.name.casefold() for each in actions()}
    missing = {one.action for one in asked if one.action and one.action.casefold() not in listed}
    assert missing == set(), "add them to roles/actions.json, with their reason"


def test_each_line_names_the_action_and_is_one(asked: list[Asked]) -> None:
    for each in actions():
        failure = failing(each, asked)
        if failure is not None:
            assert each.name in failure[1]
            assert "\n" not in failure[1]


def test_azure_refuses_each_request_of_the_job_without_its_action(
    asked: list[Asked], tmp_path: Path
) -> None:
    """Replays one request per action against local Azure, by a caller who may do nothing of it."""
    role = tmp_path / "role.json"
    role.write_text(json.dumps({"Actions": ["Microsoft.Support/*"]}))
    azure = LocalAzure(SAMPLE_ESTATE, role=role)
    try:
        for one in {each.action: each for each in asked if each.action}.values():
            refused = azure.call(one.method, one.path, {} if one.method == "PUT" else None, "x")
            assert (refused.status, refused.code) == (403, "AuthorizationFailed")
            assert f"perform action '{one.action}'" in refused.body["error"]["message"]
    finally:
        azure.stop()


def test_the_steps_are_those_of_this_job(asked: list[Asked]) -> None:
    assert json.loads((FOLDER / "steps.json").read_text()) == measured(asked), HINT


def test_the_definitions_and_the_page_are_made_from_the_data() -> None:
    for role in ROLES:
        assert role.file.read_text() == text(role), HINT
    assert PAGE.read_text() == render(PAGE.read_text()), HINT


def test_the_page_tells_documented_requested_and_both_apart() -> None:
    found = {needed_by(each) for each in actions()}
    assert found == {"both", "our requests", "documented"}


def test_local_azure_names_the_action_of_a_request() -> None:
    assert action("GET", "/subscriptions") is None
    assert action("PUT", "/subscriptions/s/resourceGroups/g") == (
        "Microsoft.Resources/subscriptions/resourceGroups/write"
    )
