"""The commands on rules under their role, whole and with each action taken away."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from commands.recorded.survey import READ_ACTIONS
from estate.security import ADMIN_RULES
from roles.actions import ROLES
from tests.commands.replay import shop
from tests.commands.replay.conftest import Told
from tests.servers import LocalAzure

pytestmark = pytest.mark.slow

Start = Callable[..., LocalAzure]
Run = Callable[..., Told]
(ROLE,) = (role for role in ROLES if role.key == "flow-logs-rules")
NAMES = [each.name for each in ROLE.actions()]
QUERY = "Microsoft.OperationalInsights/workspaces/query/read"
TAGS = "Microsoft.Network/locations/serviceTags/read"
ADMIN = f"Microsoft.Network/virtualNetworks/{ADMIN_RULES}/action"
ACTIVITY = "Microsoft.Insights/eventtypes/values/read"
NOT_ASKED = {
    "Microsoft.Authorization/permissions/read",
    "Microsoft.ResourceGraph/resources/read",
    "Microsoft.OperationalInsights/workspaces/read",
    "Microsoft.OperationalInsights/workspaces/query/NTANetAnalytics/read",
    "Microsoft.OperationalInsights/workspaces/query/Tables.Custom/read",
}
"""What local Azure does not look at; the page marks them *not shown*, or by another command."""
TAGGED = shop.nsg(
    "nsg-web", *shop.WEB_RULES, shop.rule("Storage", 200, "Allow", sourceAddressPrefix="Storage")
)


@pytest.fixture
def told(
    azure: Start, rules_of: Run, impact_of: Run, tmp_path: Path
) -> Callable[[str], tuple[Told, Told]]:
    """What both commands say under the role without an action; blank takes none away."""

    def run(action: str) -> tuple[Told, Told]:
        kept = [name for name in NAMES if name != action]
        role = tmp_path / "role.json"
        role.write_text(json.dumps({"Name": "x", "Actions": kept}), encoding="utf-8")
        azure(days=1, role=role, changes={"nsg_web": TAGGED})
        return rules_of(), impact_of([shop.nsg("nsg-web", *shop.WEB_RULES[1:])])

    return run


def test_the_role_is_enough_for_both(told: Callable[[str], tuple[Told, Told]]) -> None:
    for code, text in told(""):
        assert (code, "not read" in text) == (0, False)


@pytest.mark.faults
@pytest.mark.parametrize("action", sorted({*NAMES} - NOT_ASKED - {TAGS, ADMIN, ACTIVITY}))
def test_without_an_action_that_is_needed_both_refuse_in_one_line_that_names_it(
    told: Callable[[str], tuple[Told, Told]], action: str
) -> None:
    for code, text in told(action):
        assert (code, text.count("\n"), action in text) == (3, 1, True)


def test_what_must_be_readable_is_in_the_role_and_refused_before_anything_is_judged() -> None:
    assert {*NAMES} - NOT_ASKED - {TAGS, ADMIN, ACTIVITY} == {*READ_ACTIONS, QUERY}


@pytest.mark.parametrize(
    ("action", "note", "commands"),
    [
        (TAGS, "service tags were not read", (True, True)),
        (ADMIN, "security admin rules were not read", (False, True)),
        (ACTIVITY, "the activity log could not be read", (True, True)),
    ],
)
def test_without_an_action_that_only_adds_they_go_on_and_say_so(
    told: Callable[[str], tuple[Told, Told]], action: str, note: str, commands: tuple[bool, bool]
) -> None:
    both = told(action)
    assert [code for code, _ in both] == [0, 0]
    assert tuple(note in text for _, text in both) == commands
    assert all(
        action.casefold() in text.casefold()
        for (_, text), noted in zip(both, commands, strict=True)
        if noted
    )
