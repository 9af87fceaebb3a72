"""What the summary of a deployment tells: what was done, and what is left, without an engine."""

from __future__ import annotations

from typing import Any

import pytest

from commands.deploy import deployment
from commands.review.refusals import refusal
from commands.shared.engine import Run
from tests.commands.events import exported, said, step

ALERT = "azure-native:monitor:ActivityLogAlert"


def _failed(*messages: str) -> str:
    events: list[dict[str, Any]] = []
    for number, message in enumerate(messages):
        events += [step("create", f"log-{number}", new={}), said(message, name=f"log-{number}")]
    return deployment("prod", Run(255, "", "", events))


def test_each_action_is_told_by_itself_and_flow_logs_once() -> None:
    events = [
        *(step("delete", f"vnet-{number}", {}) for number in range(2)),
        step("create", "a", new={}, kind=ALERT),
        step("delete", "b", {}, kind=ALERT),
    ]
    text = deployment("prod", Run(0, "", "", events))
    assert text.splitlines()[2:] == [
        "flow logs: 2 deleted.",
        "",
        "- **created**: 1 activity log alert",
        "- **deleted**: 1 activity log alert",
    ]


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (
            '1 error occurred:\n\t* Status=200 Code="Conflict" Message="Another\n one."',
            "Conflict: Another one.",
        ),
        (
            'Status=400 Code="X" Message="say "no" to it" Details=[{"code":"Y"}]',
            'X: say "no" to it',
        ),
        ("1 error occurred:\n\t* no such host", "no such host"),
    ],
)
def test_a_reason_is_told_as_code_and_message(message: str, told: str) -> None:
    assert refusal(message).text == told


def test_a_next_run_is_promised_for_what_it_can_finish_alone() -> None:
    text = _failed(
        'Status=500 Code="InternalServerError" Message="An error occurred."',
        'Status=409 Code="AnotherOperationInProgress" Message="Wait."',
        'Status=403 Code="RequestDisallowedByPolicy" Message="By policy."',
        'Status=409 Code="ScopeLocked" Message="Locked."',
        'Status=400 Code="InvalidParameter" Message="No."',
    )
    assert "### Not written (5)" in text
    assert "- 2 resources: left for the next run, `scripts/deploy prod`." in text
    assert "- 2 resources: refused until what is in the way is gone" in text
    assert "`python -m commands.preflight --stack prod` names;" in text
    assert "- 1 resource: refused for the reason shown; fix it, then `scripts/deploy prod`." in text


def test_what_was_refused_what_waits_and_what_stands_are_told_apart() -> None:
    group = "/subscriptions/s/resourceGroups/r/providers/Microsoft.Network/networkSecurityGroups/n"
    skipped = [{"id": group, "reason": "Azure refused flow log b, or what it waits for"}]
    outputs = {
        "networks": {},
        "flowLogs": {"/a": {"state": "created"}, "/b": {"state": "refused"}},
        "coverage": {"discovered": 3, "excluded": 1, "covered": 1, "skipped": skipped},
    }
    account = "azure-native:storage:StorageAccount"
    refused = said('Status=403 Code="RequestDisallowedByPolicy" Message="No."', name="account")
    refused["diagnosticEvent"]["urn"] = refused["diagnosticEvent"]["urn"].replace(
        "azure-native:network:FlowLog", account
    )
    events = [
        step("create", "a", new={}),
        step("create", "account", new={}, kind=account),
        refused,
        said("flow log b waits for storage account account, which Azure refused", "warning"),
        exported(outputs),
    ]
    text = deployment("prod", Run(255, "", "", events))
    for line in (
        "## prod: deployed in part",
        "flow logs: 1 created; **1 flow log not written**; 1 of 2 network security groups covered.",
        "| `account` | storage account | RequestDisallowedByPolicy: No. |",
        "### Waiting for what Azure refused (1)",
        "- flow log b waits for storage account account",
        "<details><summary>1 network security group recorded by nothing</summary>",
        "| `n` | Azure refused flow log b, or what it waits for |",
    ):
        assert line in text.splitlines()
    assert "created**" not in text


def test_nothing_is_told_to_stand_where_the_run_came_to_no_outputs() -> None:
    text = _failed('Status=403 Code="ScopeLocked" Message="Locked."')
    assert text.startswith("## prod: nothing deployed\n")
    assert "covered" not in text
