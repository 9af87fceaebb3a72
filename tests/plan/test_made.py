"""What a plan has become where Azure refused some of it."""

from __future__ import annotations

from estate.model import key
from plan.contract import stack_outputs
from plan.made import Refusals, made
from plan.make import make
from plan.model import Plan
from state import StackState
from tests import estates_by_hand as hand


def two_networks() -> Plan:
    """One network with a flow log of others, which is adopted, and one that gets a new one."""
    estate = hand.estate(
        hand.network("vnet", {"app": "nsg"}),
        hand.network("vnet-old", {"app": "nsg-old"}),
        hand.security_group("nsg"),
        hand.security_group("nsg-old"),
        hand.flow_log("theirs", hand.network_id("vnet-old")),
        hand.watcher(),
    )
    return make(estate, hand.settings(existing_flow_logs="adopt"), StackState())


def test_a_new_one_that_was_refused_records_nothing_and_an_existing_one_is_as_it_was() -> None:
    plan = two_networks()
    everything = frozenset(key(log.id) for log in plan.flow_logs)
    done = stack_outputs(made(plan, Refusals(refused=everything)))
    new, old = key(hand.network_id("vnet")), key(hand.network_id("vnet-old"))
    assert {log["state"] for log in done["flowLogs"].values()} == {"refused"}
    assert done["networks"][new] == "dark"
    assert done["networks"][old] == plan.before[old]
    assert done["coverage"]["covered"] == 1
    (skipped,) = done["coverage"]["skipped"]
    assert "Azure refused flow log" in skipped["reason"]
    assert done["flowLogs"][new]["covers"] == []
    assert len(done["flowLogs"][old]["covers"]) == 1


def test_a_run_that_was_refused_nothing_made_its_plan() -> None:
    plan = two_networks()
    assert made(plan, Refusals()) is plan
