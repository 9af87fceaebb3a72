"""Where the workbook leads and lies: the cloud's portal, and never in the place of another's."""

from __future__ import annotations

from dataclasses import replace

from estate.identity import Identity
from estate.model import Installed
from plan.naming import workbook_id
from plan.planner import make
from stack.state import State
from tests import estates_by_hand as hand
from tests.plan.monitoring.workbooks import content


def test_the_portal_is_that_of_the_cloud() -> None:
    def link(environment: str) -> str:
        identity = Identity(subscription_id=hand.HOME, environment=environment)
        return str(content(identity=identity)["items"][0]["content"]["json"])

    assert "https://portal.azure.com/#view" in link("public")
    assert "https://portal.azure.us/#view" in link("usgovernment")


def test_a_workbook_of_others_in_its_place_is_left() -> None:
    estate = hand.estate(
        hand.network("vnet", {"app": "nsg"}), hand.security_group("nsg"), hand.watcher()
    )
    own = workbook_id(f"/subscriptions/{hand.HOME}/resourceGroups/flow-logs-dev")
    there = replace(estate, installed=(Installed(id=own),))
    found = make(there, hand.settings(), State()).monitoring
    assert found.workbook is None
    assert any(own in note for note in found.notes)
