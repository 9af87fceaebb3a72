"""One rule of the account in the place of a retention on each flow log."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from estate.model import Estate, StorageAccount
from plan import naming
from plan.arm_properties import flow_log, lifecycle_policy
from plan.foundation.lifecycle import kept_days
from plan.model.plan import Plan, PlanError
from plan.planner import make
from plan.resource_types import LIFECYCLE_TYPE
from stack.state import State
from tests import estates_by_hand as hand

ACCOUNT = naming.storage_account_id(hand.HOME, "dev", "westeurope", 0)
POLICY = f"{ACCOUNT}/managementPolicies/default"
BY_ACCOUNT = hand.settings(lifecycle="account", retention_days=120)
OURS = StorageAccount(
    id=ACCOUNT,
    name=ACCOUNT.rsplit("/", 1)[-1],
    location="westeurope",
    tags={"managed-by": "flow-logs/dev"},
    kind="StorageV2",
    sku="Standard_LRS",
)


def networks(number: int, *others: object, **changes: Any) -> Estate:
    """As many networks, each with a group of its own."""
    names = [f"vnet-{index}" for index in range(number)]
    found = [hand.network(name, {"a": f"nsg-{name}"}) for name in names]
    groups = [hand.security_group(f"nsg-{name}") for name in names]
    return hand.estate(*found, *groups, *others, **changes)


def theirs(**changes: Any) -> Estate:
    """A network of ours, and somebody's flow log on another that writes to our account."""
    log = hand.flow_log("theirs", hand.network_id("vnet-other"), storage_id=ACCOUNT, **changes)
    return networks(1, hand.network("vnet-other", {}), log, storage_accounts=(OURS,))


def days(plan: Plan) -> int:
    (rules,) = plan.foundation.lifecycles
    return rules.days


def test_the_account_has_one_rule_and_flow_logs_have_retention_off() -> None:
    plan = make(networks(1), BY_ACCOUNT, State())
    (log,), (rules,) = plan.flow_logs, plan.foundation.lifecycles
    sent = flow_log(log, plan.foundation.workspace)["properties"]
    assert sent["retentionPolicy"] == {"days": 0, "enabled": False}
    assert rules.id == POLICY
    (rule,) = lifecycle_policy(rules)["properties"]["policy"]["rules"]
    actions, filters = rule["definition"]["actions"], rule["definition"]["filters"]
    assert actions == {"baseBlob": {"delete": {"daysAfterModificationGreaterThan": 120}}}
    assert filters["prefixMatch"] == ["insights-logs-flowlogflowevent/"]
    assert kept_days(log, plan.foundation) == 120


def test_without_the_setting_each_flow_log_has_its_own() -> None:
    plan = make(networks(1), hand.settings(retention_days=120), State())
    assert plan.foundation.lifecycles == ()
    assert plan.flow_logs[0].retention_days == kept_days(plan.flow_logs[0], plan.foundation) == 120


def test_an_account_takes_more_flow_logs_than_azure_has_rules_for() -> None:
    many = networks(1001)
    with pytest.raises(PlanError, match="pulumi config set flow-logs:lifecycle account"):
        make(many, hand.settings(), State())
    plan = make(many, BY_ACCOUNT, State())
    assert len({log.storage_id for log in plan.flow_logs}) == 1
    assert len(plan.flow_logs) == 1001


def test_rules_that_azure_wrote_are_taken_over_and_those_in_the_state_are_not() -> None:
    deployed = networks(1, storage_accounts=(OURS,), with_lifecycle=frozenset([ACCOUNT.casefold()]))
    (rules,) = make(deployed, BY_ACCOUNT, State()).foundation.lifecycles
    assert rules.import_id == POLICY
    held = State(frozenset([(LIFECYCLE_TYPE, naming.logical_name(POLICY))]))
    (rules,) = make(deployed, BY_ACCOUNT, held).foundation.lifecycles
    assert rules.import_id is None


def test_a_given_account_keeps_its_owners_rules() -> None:
    given = replace(OURS, id=f"{hand.GROUP}/providers/Microsoft.Storage/storageAccounts/given")
    settings = replace(BY_ACCOUNT, storage_accounts={"westeurope": (given.id,)})
    plan = make(networks(1, given_accounts=(given,)), settings, State())
    assert plan.foundation.lifecycles == ()
    assert plan.flow_logs[0].retention_days == 120


def test_a_longer_retention_of_others_in_the_account_counts_for_all() -> None:
    assert days(make(theirs(retention_days=300), BY_ACCOUNT, State())) == 300
    assert days(make(theirs(retention_days=30), BY_ACCOUNT, State())) == 120


def test_records_of_others_that_are_kept_for_ever_are_not_ended() -> None:
    with pytest.raises(PlanError, match="flow log theirs of somebody else keeps its records") as it:
        make(theirs(retention_enabled=False), BY_ACCOUNT, State())
    assert str(it.value).endswith("pulumi config set flow-logs:lifecycle flowLog")
    assert days(make(theirs(retention_enabled=False, enabled=False), BY_ACCOUNT, State())) == 120
