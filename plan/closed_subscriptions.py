"""Subscriptions where nothing can be written, and what of the stack is in them.

``Enabled``, ``Warned`` and ``PastDue`` take every operation, ``Disabled`` reads and deletions
alone, ``Deleted`` none (Microsoft: "Azure subscription states"; the words are ARM's
SubscriptionState). Of any other state it is not known what Azure takes there, so that nothing is
written either: what records goes on, and nothing is claimed of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from estate.arm_id import name_of, parent_of
from estate.model import FlowLog, Subscription
from plan.arm_identity import as_sent
from plan.attachments import level_of
from plan.model.flow_logs import PlannedFlowLog
from plan.model.plan import PlanError
from plan.naming import logical_name
from plan.ownership import made
from plan.resource_types import FLOW_LOG_TYPE
from stack.state import State
from wording import setting

WRITABLE = ("enabled", "warned", "pastdue")
ENDING = ("warned", "pastdue")
READ_ONLY = "disabled"


def closed(subscriptions: Iterable[Subscription]) -> Mapping[str, str]:
    """Id of each subscription where nothing can be written, and why."""
    return {
        found.id: _why(found) for found in subscriptions if found.state.casefold() not in WRITABLE
    }


def ending(subscriptions: Iterable[Subscription]) -> Mapping[str, str]:
    """Id of each subscription that Azure will disable, and what to do about it."""
    return {
        found.id: f"subscription {found.name} ({found.id}) is {found.state}: Azure disables it, "
        "and then refuses every write there, unless what is due is settled"
        for found in subscriptions
        if found.state.casefold() in ENDING
    }


def check_home(subscriptions: Iterable[Subscription]) -> None:
    """Raises PlanError where what the stack makes or was given is in one of these that is closed.

    Without workspace and storage there is nothing that flow logs could write to.
    """
    for why in closed(subscriptions).values():
        raise PlanError(
            f"{why}; it holds this stack's resource group, workspace or storage accounts, so fix "
            "that first (the portal's page on the subscription says how)"
        )


def notes(subscriptions: Iterable[Subscription]) -> Iterator[str]:
    """A line for each subscription that is closed, or will be."""
    found = list(subscriptions)
    for why in closed(found).values():
        yield (
            f"{why}; what is there stays as it is. If it is gone for good, take it out of "
            f"{setting('subscriptions')}"
        )
    yield from ending(found).values()


def untouched(
    flow_logs: Iterable[FlowLog], shut: Mapping[str, str], state: State
) -> Iterator[PlannedFlowLog]:
    """Flow logs of the stack in closed subscriptions, with every property as Azure holds it.

    They stay declared, since what leaves the program is deleted.
    """
    for log in flow_logs:
        held = state.holds(FLOW_LOG_TYPE, logical_name(log.id))
        if held and log.subscription_id in shut:
            yield as_held(log, state)


def as_held(log: FlowLog, state: State) -> PlannedFlowLog:
    """A flow log of the stack with every property as Azure holds it."""
    spelled, own = state.spelling(log.id), made(log.name, log.target_id)
    return PlannedFlowLog(
        id=spelled,
        name=name_of(spelled),
        logical_name=logical_name(log.id),
        location=log.location,
        tags=log.tags,
        untouched=True,
        state="created" if own else "adopted",
        level=level_of(log.target_id),
        target_id=log.target_id,
        watcher_name=name_of(parent_of(spelled)),
        storage_id=log.storage_id,
        retention_days=log.retention_days if log.retention_enabled else 0,
        format_type=log.format_type or "JSON",
        version=log.version,
        enabled=log.enabled,
        exists=True,
        analytics=log.analytics,
        filtering_criteria=log.filtering_criteria,
        identity=as_sent(log.identity) if own else log.identity,
    )


def _why(found: Subscription) -> str:
    named, state = f"subscription {found.name} ({found.id})", found.state
    if found.deleted:
        return f"{named} is {state} with all that was in it"
    if state.casefold() == READ_ONLY:
        return f"{named} is {state}, and Azure refuses every write there until it is enabled again"
    told = f"'{state}', a state that this program does not know" if state else "in no known state"
    return f"{named} is {told}, so that it writes nothing there"
