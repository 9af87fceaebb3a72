"""The doctor on the lifecycle rule of this program: it ends what has no retention of its own."""

from __future__ import annotations

from commands.checks.account_reading import Account, Rule
from commands.checks.storage_accounts import judge
from plan.foundation.lifecycle import CONTAINER, RULE
from tests import estates_by_hand as hand

NETWORK = hand.network_id("vnet-app")
OFF: dict[str, object] = {"retention_enabled": False, "retention_days": 0}


def told(name: str, *logs: dict[str, object]) -> list[str]:
    """Checks that an account with a rule of 90 days is told of, by name."""
    rule = Rule(name=name, prefixes=(f"{CONTAINER}/",), deletes_after=90)
    account = Account(
        id=f"{hand.GROUP}/providers/Microsoft.Storage/storageAccounts/st",
        name="st",
        location="westeurope",
        rules=(rule,),
    )
    found = [hand.flow_log(f"log-{place}", NETWORK, **each) for place, each in enumerate(logs)]
    return [finding.check.name for finding in judge(account, found)]


def test_it_is_right_for_flow_logs_without_retention_and_wrong_for_a_longer_one() -> None:
    assert told(RULE, OFF) == []
    assert told(RULE, OFF, {"retention_days": 90}) == []
    assert told(RULE, OFF, {"retention_days": 200}) == ["storage-rule-deletes"]


def test_the_same_rule_of_somebody_else_deletes_what_is_kept_for_ever() -> None:
    assert told("cleanup", OFF) == ["storage-rule-deletes"]
