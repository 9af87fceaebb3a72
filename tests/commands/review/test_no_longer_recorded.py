"""What the summary says where a run takes flow logs away, above all by a filter."""

from __future__ import annotations

import json
from typing import Any

from commands.review.outcome import Outcome
from commands.review.summary import summary
from commands.shared.engine import Run
from estate.arm_id import key
from estate.model import Estate
from plan.planner import make
from plan.views.document import document
from stack.settings.model import Filter
from stack.state import State
from tests import estates_by_hand as hand
from tests.commands.events import step, urn

STACK = "pulumi:pulumi:Stack"
NETWORK, SECOND = hand.network_id("vnet-app"), hand.network_id("vnet-two")
GROUP = hand.group_id("nsg-web")
NONE = Filter(names=("nothing-has-this-name",))


def _estate() -> Estate:
    return hand.estate(
        hand.network("vnet-app", {"web": "nsg-web"}),
        hand.network("vnet-two", {"web": "nsg-web", "data": "nsg-data"}),
        hand.security_group("nsg-web"),
        hand.security_group("nsg-data"),
    )


def _before(covers: dict[str, list[str]]) -> dict[str, Any]:
    """The stack as a preview meets it, with the outputs of its last run."""
    logs = {key(target): {"covers": groups} for target, groups in covers.items()}
    old = {"outputs": {"flowLogs": logs}}
    about = {"op": "same", "urn": urn("prod", STACK), "type": STACK, "old": old, "new": {}}
    return {"resourcePreEvent": {"metadata": about}}


def _summary(*events: dict[str, Any], **settings: Any) -> str:
    plan = document(make(_estate(), hand.settings(**settings), State()))
    return summary(Outcome("prod", Run(0, "", "", events), json.loads(json.dumps(plan))))


def _gone(name: str, target: str, **more: Any) -> dict[str, Any]:
    return step("delete", name, {"targetResourceId": target, **more})


def test_a_filter_that_leaves_nothing_names_what_goes_dark() -> None:
    covers = {NETWORK: [GROUP], SECOND: [GROUP, hand.group_id("nsg-data")]}
    text = _summary(_before(covers), _gone("app", NETWORK), _gone("two", SECOND), include=NONE)
    assert text.splitlines()[2] == "## prod: 2 changes, 2 targets no longer recorded"
    assert "**none of 2 network security groups is wanted**" in text
    assert "0 of 0" not in text
    assert (
        "**Recorded now and no longer then**: 2 virtual networks: `vnet-app`, `vnet-two`; "
        "2 network security groups: `nsg-web`, `nsg-data`"
    ) in text


def test_a_group_that_another_flow_log_records_is_not_named() -> None:
    """nsg-web sits in both networks, of which one is recorded on."""
    wanted = Filter(names=("nsg-data",))
    text = _summary(
        _before({NETWORK: [GROUP], SECOND: [GROUP]}), _gone("app", NETWORK), include=wanted
    )
    assert "no longer then**: 1 virtual network: `vnet-app`\n" in text
    assert "## prod: 1 change, 1 target no longer recorded" in text


def test_a_flow_log_whose_target_is_recorded_otherwise_is_no_loss() -> None:
    """A subnet's goes where its whole network gets one, a network's where its subnets do."""
    text = _summary(_gone("subnet", f"{NETWORK}/subnets/web"))
    assert "no longer" not in text
    text = _summary(_gone("network", NETWORK), target_level="subnet")
    assert "no longer" not in text


def test_a_flow_log_that_is_let_go_records_on_and_is_told() -> None:
    text = _summary(_gone("app", NETWORK, retainOnDelete=True), include=NONE)
    assert "no longer recorded" not in text
    assert "**Let go**: 1 flow log, which Azure keeps" in text
    assert "on `vnet-app`" in text
