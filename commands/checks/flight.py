"""Everything that preflight looks at, in the order in which it can be looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from azure.core.exceptions import AzureError

from commands.checks import denials, inherited, locks, providers, restrictions, rights
from commands.checks.actions import needed, subscriptions
from commands.checks.bodies import Body, bodies
from commands.checks.finding import NOT_CHECKED, Check, Finding, ordered
from commands.checks.reading import attempt, each, quiet
from commands.checks.who import identity
from commands.checks.writes import Write, writes
from estate.cloud import Cloud
from estate.discover import read_estate
from estate.model import Estate, EstateError, key, subscription_of
from plan import naming
from plan.make import make
from plan.model import Plan
from plan.settings import Settings
from state import StackState

PLANNED = Check(
    name="plan",
    severity="error",
    title="why there can be no plan",
    why="the run stops with this line, before anything changes",
)
CHECKS = (
    *rights.CHECKS,
    *inherited.CHECKS,
    *providers.CHECKS,
    PLANNED,
    *locks.CHECKS,
    *denials.CHECKS,
    *restrictions.CHECKS,
    NOT_CHECKED,
)


@dataclass(frozen=True)
class Report:
    """What was found, worst first, and the subscriptions (id to name) that were looked at."""

    findings: list[Finding]
    subscriptions: Mapping[str, str] = field(default_factory=dict)


def look(cloud: Cloud, settings: Settings, *, deploying: bool) -> Report:
    """Every check; raises AzureError where not even the subscriptions can be listed.

    ``deploying`` is whether this identity will deploy; if not, its rights to are not judged.
    """
    visible = rights.read_visible(cloud)
    wanted = subscriptions(settings)
    found = list(rights.judge_visible(wanted, visible))
    seen = [subscription for subscription in wanted if subscription in visible]
    us = attempt("this identity", "its log-in", partial(identity, cloud), found) or ""
    us = us if deploying else ""
    for findings in each(lambda one: _subscription(cloud, one, settings, us), seen):
        found += [one for one in findings if deploying or one.check is not rights.DEPLOY]
    stops = {rights.VISIBLE.name, rights.READ.name}
    if stops.isdisjoint(finding.check.name for finding in found):
        found += _planned(cloud, settings, us)
    else:
        found.append(_not_planned("the estate cannot be read whole"))
    return Report(ordered(found), {one: visible[one] for one in seen})


def _subscription(
    cloud: Cloud, subscription: str, settings: Settings, object_id: str
) -> list[Finding]:
    """Rights and providers of a subscription; ``object_id`` is empty where it is not known."""
    scope, found = f"/subscriptions/{subscription}", list[Finding]()
    granted = attempt(scope, "the rights", partial(rights.read, cloud, subscription), found)
    if granted is not None:
        found += rights.judge(subscription, granted, settings)
        found += _inherited(cloud, subscription, settings, object_id, granted)
    namespaces = providers.needed(settings).get(subscription, ())
    read = partial(providers.read, cloud, subscription, namespaces)
    states = attempt(scope, "the resource providers", read, found)
    if states is not None:
        found += providers.judge(subscription, states)
    return found


def _inherited(
    cloud: Cloud,
    subscription: str,
    settings: Settings,
    object_id: str,
    granted: Sequence[Mapping[str, Any]],
) -> Iterator[Finding]:
    if not object_id:
        return
    try:
        own = inherited.read(cloud, subscription, object_id)
    except AzureError:
        yield inherited.unknown(subscription)
        return
    yield from inherited.judge(subscription, granted, own, needed(subscription, settings))


def _planned(cloud: Cloud, settings: Settings, object_id: str) -> Iterator[Finding]:
    try:
        estate = read_estate(cloud, settings.subscriptions, naming.home(settings), quiet)
        plan = make(estate, settings, StackState())
    except EstateError as error:
        yield PLANNED.found("this stack", str(error), "as the line says")
        yield _not_planned("there is no plan")
        return
    yield from _in_the_way(cloud, settings, writes(plan), object_id)
    yield from _refused(cloud, estate, plan)


def _not_planned(reason: str) -> Finding:
    return NOT_CHECKED.found(
        "this stack",
        f"locks, deny assignments and policies were not judged, since {reason}",
        "mend the errors first, then run it again",
    )


def _in_the_way(
    cloud: Cloud, settings: Settings, planned: tuple[Write, ...], object_id: str
) -> Iterator[Finding]:
    unread: list[Finding] = []
    for subscription in subscriptions(settings):
        scope = f"/subscriptions/{subscription}"
        there = [write for write in planned if subscription_of(write.id) == subscription]
        held = attempt(scope, "the locks", partial(locks.read, cloud, subscription), unread)
        yield from locks.judge(held or (), there)
        read = partial(denials.read, cloud, subscription)
        denied = attempt(scope, "the deny assignments", read, unread)
        yield from denials.judge(denied or (), there, object_id)
    yield from unread


def _refused(cloud: Cloud, estate: Estate, plan: Plan) -> Iterator[Finding]:
    unread: list[Finding] = []
    groups = {key(group.id) for group in estate.resource_groups}

    def ask(body: Body) -> tuple[restrictions.Refusal, ...]:
        read = partial(restrictions.read, cloud, body, groups)
        return attempt(body.id, "what Azure Policy says of it", read, unread) or ()

    answers = each(ask, bodies(plan))
    yield from restrictions.judge([refusal for answer in answers for refusal in answer])
    yield from _once_a_subscription(unread)


def _once_a_subscription(unread: Iterable[Finding]) -> Iterable[Finding]:
    """The first of each subscription: a missing right refuses every question alike."""
    by_id = sorted(unread, key=lambda found: key(found.subject), reverse=True)
    return {subscription_of(found.subject): found for found in by_id}.values()
