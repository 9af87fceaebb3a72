"""States of subscriptions: where Azure takes no writes, or will not for long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from commands.checks.finding import Check, Finding
from estate.arm_id import subscription_of
from estate.model import Subscription
from plan import naming
from plan.closed_subscriptions import closed, ending
from stack.settings.model import Settings
from wording import setting

HOME = Check(
    name="stack-subscription-closed",
    severity="error",
    title="subscriptions of the stack itself that take no writes",
    why="they hold the stack's resource group, workspace or storage accounts, without which no "
    "flow log records anything, so the run stops",
)
SKIPPED = Check(
    name="subscription-skipped",
    severity="warning",
    title="subscriptions that a run skips",
    why="nothing new is recorded there, and what is there stays as it is; a run goes on with the "
    "others",
)
CLOSED = Check(
    name="subscription-closed",
    severity="error",
    title="subscriptions that take no writes",
    why="in a disabled subscription machines are stopped and storage takes nothing in; whether a "
    "flow log there records anything is not known, and it cannot be repaired",
)
ENDING = Check(
    name="subscription-ending",
    severity="warning",
    title="subscriptions that Azure will disable",
    why="once it is disabled, nothing there can be recorded or repaired",
)

_SETTLE = "have its owner settle what the portal's page on the subscription names"


def _way_out() -> str:
    return (
        "have its owner enable it again (the portal's page on the subscription says how), or take "
        f"it out of {setting('subscriptions')} if it is gone for good"
    )


def own(settings: Settings) -> frozenset[str]:
    """Ids of the subscriptions that hold what the stack makes or was given."""
    home = naming.home(settings)
    ids = (home.group_id, home.workspace_id, *home.storage_account_ids)
    return frozenset(map(subscription_of, ids))


def before_a_run(found: Sequence[Subscription], settings: Settings) -> Iterator[Finding]:
    """What preflight says of the subscriptions that a run needs."""
    home = own(settings)
    for subscription, why in closed(found).items():
        check = HOME if subscription in home else SKIPPED
        yield check.found(f"/subscriptions/{subscription}", why, _way_out())
    yield from _ending(found)


def judge(found: Sequence[Subscription]) -> Iterator[Finding]:
    """What the doctor says of the subscriptions that it looks into."""
    for subscription, why in closed(found).items():
        yield CLOSED.found(f"/subscriptions/{subscription}", why, _way_out())
    yield from _ending(found)


def _ending(found: Iterable[Subscription]) -> Iterator[Finding]:
    for subscription, why in ending(found).items():
        yield ENDING.found(f"/subscriptions/{subscription}", why, _SETTLE)
