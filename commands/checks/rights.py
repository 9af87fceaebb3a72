"""Rights of the identity to do what a run does, at the scope where they count.

That scope is the subscription: Traffic Analytics accepts no less (rights on a single group were not
enough in the field), and rights on a part would hide the rest of the estate.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from commands.checks.actions import OF_GIVEN, on_security_groups
from commands.checks.finding import Check, Finding
from estate.permissions import READ_ACTIONS, allows
from plan.text import listed
from stack.settings.model import Settings
from wording import setting

SHOWN = 4  # actions that a line names; the rest is counted

VISIBLE = Check(
    name="subscription-visible",
    severity="error",
    title="subscriptions that this identity does not see",
    why="what this identity cannot see would look deleted, so the run stops",
)
READ = Check(
    name="rights-to-read",
    severity="error",
    title="rights that reading needs",
    why="rights on a part would hide the rest of the estate without any error, so the run stops",
)
DEPLOY = Check(
    name="rights-to-deploy",
    severity="error",
    title="rights that deploying needs",
    why="Azure refuses what is not granted, in the middle of a run; missing rights of Traffic "
    "Analytics leave a flow log Failed",
)
CHECKS = (VISIBLE, READ, DEPLOY)


def judge_visible(wanted: Sequence[str], visible: Mapping[str, str]) -> Iterator[Finding]:
    """A finding for each subscription that is asked for and not seen."""
    for subscription in wanted:
        if subscription not in visible:
            yield VISIBLE.found(
                f"/subscriptions/{subscription}",
                f"this identity does not see it (it sees {len(visible)} others)",
                f"assign a role at /subscriptions/{subscription}, or correct "
                f"{setting('subscriptions')}",
            )


def judge_reading(
    subscription: str, granted: Sequence[Mapping[str, Any]], settings: Settings
) -> Iterator[Finding]:
    """What is missing at a subscription for discovery."""
    scope = f"/subscriptions/{subscription}"
    if subscription in settings.subscriptions:
        yield from _lacking(READ, scope, granted, READ_ACTIONS, f"assign Reader at {scope}")


def judge_deploying(
    subscription: str, granted: Sequence[Mapping[str, Any]], wanted: Sequence[str]
) -> Iterator[Finding]:
    """Which of the wanted actions are missing at a subscription."""
    scope = f"/subscriptions/{subscription}"
    way_out = (
        f"assign the role of roles/flow-logs-deployment.json at {scope}, not at a management group "
        "or a resource group"
    )
    yield from _lacking(DEPLOY, scope, granted, wanted, way_out)


def judge_groups(subscription: str, granted: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    """What is missing at a subscription where flow logs on security groups are planned."""
    scope = f"/subscriptions/{subscription}"
    way_out = (
        "assign the role of roles/flow-logs-deployment-nsg.json, or set "
        f"{setting('nsgFlowLogs')} to ignore"
    )
    needed = ", which flow logs on security groups need"
    yield from _lacking(DEPLOY, scope, granted, on_security_groups(), way_out, needed)


def judge_identity(
    subscription: str, granted: Sequence[Mapping[str, Any]], wanted: Sequence[str]
) -> Iterator[Finding]:
    """What is missing at the stack's own subscription for the identity of its flow logs."""
    scope = f"/subscriptions/{subscription}"
    way_out = (
        f"assign the role of roles/flow-logs-identity.json at {scope}, too, or at the stack's "
        "resource group once that exists"
    )
    needed = f", which {setting('flowLogIdentity')} needs"
    yield from _lacking(DEPLOY, scope, granted, wanted, way_out, needed)


def judge_assigning(identity: str, granted: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    """What is missing at a given managed identity, to write flow logs with it."""
    way_out = (
        f"az role assignment create --role 'Managed Identity Operator' --scope {identity} "
        "--assignee-object-id ID, of whoever deploys"
    )
    needed = f", which {setting('flowLogIdentity')} needs"
    yield from _lacking(DEPLOY, identity, granted, OF_GIVEN, way_out, needed)


def _lacking(
    check: Check,
    scope: str,
    granted: Sequence[Mapping[str, Any]],
    wanted: Sequence[str],
    way_out: str,
    needed: str = "",
) -> Iterator[Finding]:
    """A finding at a scope where wanted actions are not granted; ``needed`` says by what."""
    missing = [action for action in wanted if not allows(granted, action)]
    if missing:
        said = f"this identity may not {listed(missing, SHOWN)}{needed}"
        yield check.found(scope, said, way_out)
