"""Everything that preflight looks at, in the order in which it can be looked at."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from azure.core.exceptions import AzureError

from commands.checks import (
    deny_assignments,
    flow_log_identity,
    inherited_rights,
    locks,
    policy_restrictions,
    redundancy,
    resource_providers,
    rights,
    subscription_states,
)
from commands.checks.actions import needed, on_identity, subscriptions
from commands.checks.arm_bodies import Body, bodies
from commands.checks.finding import NOT_CHECKED, UNKNOWN, Check, Finding, ordered
from commands.checks.identity import identity
from commands.checks.planned_writes import Write, writes
from commands.checks.reading import READ_AGAIN, attempt, quiet
from commands.shared.command_line import ANYWHERE, UNNAMED
from estate import redundancies, regions
from estate.arm_id import key, subscription_of
from estate.cloud import Cloud
from estate.discover import read_estate
from estate.errors import EstateError, UnansweredError
from estate.model import Estate
from estate.permissions import granted, granted_at
from estate.side_by_side import each
from estate.subscriptions import visible_subscriptions
from plan import naming
from plan.closed_subscriptions import closed
from plan.foundation import region
from plan.foundation.redundancy import to_make
from plan.model.plan import Plan
from plan.planner import make
from stack.settings.model import MAKE, Settings
from stack.state import State

PLANNED = Check(
    name="plan",
    severity="error",
    title="why there can be no plan",
    why="the run stops with this line, before anything changes",
)
UNREAD = Check(
    name="estate-unread",
    severity="error",
    title="what of the estate could not be read",
    why="what is not read would look deleted, so the run stops",
)
CHECKS = (
    *(subscription_states.HOME, subscription_states.SKIPPED, subscription_states.ENDING),
    *rights.CHECKS,
    *inherited_rights.CHECKS,
    *resource_providers.CHECKS,
    UNREAD,
    PLANNED,
    *locks.CHECKS,
    *deny_assignments.CHECKS,
    *policy_restrictions.CHECKS,
    *redundancy.CHECKS,
    *flow_log_identity.CHECKS,
    UNKNOWN,
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
    listed = {found.id: found for found in visible_subscriptions(cloud)}
    visible = {found.id: found.name for found in listed.values()}
    wanted = subscriptions(settings)
    found = list(rights.judge_visible(wanted, visible))
    seen = [subscription for subscription in wanted if subscription in visible]
    found += subscription_states.before_a_run(
        [listed[subscription] for subscription in seen], settings
    )
    us = (
        attempt("this identity", "its log-in", partial(identity, cloud), found) if deploying else ""
    )
    flight = _Flight(cloud, settings, us or "", deploying)
    shut = closed(listed.values())
    readable = [each for each in seen if not listed[each].deleted]
    for findings in each(lambda one: flight.subscription(one, closed=one in shut), readable):
        found += findings
    stops = {rights.VISIBLE.name, rights.READ.name, subscription_states.HOME.name}
    if stops.isdisjoint(finding.check.name for finding in found):
        found += flight.planned(shut)
    else:
        found.append(_not_planned("the run stops before it plans anything"))
    return Report(ordered(found), {one: visible[one] for one in seen})


@dataclass(frozen=True)
class _Flight:
    """One look; ``us`` is the identity's object id, empty where it is not known."""

    cloud: Cloud
    settings: Settings
    us: str
    deploying: bool

    def subscription(self, subscription: str, *, closed: bool) -> list[Finding]:
        """Rights and providers of a subscription; of a ``closed`` one the rights to read alone."""
        scope, found = f"/subscriptions/{subscription}", list[Finding]()
        granted = attempt(scope, "the rights", self._granted(subscription), found)
        if granted is not None:
            found += rights.judge_reading(subscription, granted, self.settings)
        if closed:
            return found
        if granted is not None:
            found += self._to_deploy(subscription, granted)
        namespaces = resource_providers.needed(self.settings).get(subscription, ())
        read = partial(resource_providers.read, self.cloud, subscription, namespaces)
        registrations = attempt(scope, "the resource providers", read, found)
        if registrations is not None:
            found += resource_providers.judge(subscription, registrations)
        return found

    def planned(self, shut: Container[str]) -> Iterator[Finding]:
        """What stands in the way of the plan, or why there can be none.

        ``shut`` are the subscriptions where nothing is written.
        """
        home = naming.home(self.settings)
        unread: list[Finding] = []
        try:
            estate = read_estate(self.cloud, self.settings.subscriptions, home, quiet)
            self._check_region(estate, unread)
            plan = make(estate, self.settings, State())
        except EstateError as error:
            yield _no_plan(error)
            yield _not_planned("there is no plan")
            return
        for subscription in (one for one in subscriptions(self.settings) if one not in shut):
            there = [one for one in writes(plan) if subscription_of(one.id) == subscription]
            yield from self._in_the_way(subscription, there, unread)
        yield from self._on_groups(plan, unread)
        yield from self._storage(plan, unread)
        yield from self._identity(estate, plan, unread)
        yield from unread
        yield from self._refused(estate, plan)

    def _check_region(self, estate: Estate, unread: list[Finding]) -> None:
        """Raises PlanError where the stack would begin in a region that is none.

        The one that stands for any, where nobody chose, is none in other clouds than the public.
        """
        chosen = (self.settings.stack, self.settings.location) != (UNNAMED, ANYWHERE)
        if chosen and region.is_open(estate.resource_groups, self.settings):
            home = self.settings.identity.subscription_id
            read = partial(regions.read, self.cloud, home)
            found = attempt(f"/subscriptions/{home}", "the regions", read, unread)
            region.check(found or frozenset(), self.settings)

    def _granted(self, subscription: str) -> Callable[[], Sequence[Mapping[str, Any]]]:
        return partial(granted, self.cloud, subscription)

    def _to_deploy(
        self, subscription: str, granted: Sequence[Mapping[str, Any]]
    ) -> Iterator[Finding]:
        if not self.deploying:
            return
        wanted = needed(subscription, self.settings)
        yield from rights.judge_deploying(subscription, granted, wanted)
        home = self.settings.identity.subscription_id
        if self.settings.flow_log_identity and subscription == home:
            yield from self._to_give_an_identity(subscription, granted)
        if self.us:
            try:
                own = inherited_rights.read(self.cloud, subscription, self.us)
            except AzureError:
                yield inherited_rights.unknown(subscription)
            else:
                yield from inherited_rights.judge(subscription, granted, own, wanted)

    def _to_give_an_identity(
        self, home: str, granted: Sequence[Mapping[str, Any]]
    ) -> Iterator[Finding]:
        """Rights for the identity of flow logs; a role on the stack's own group does, if it is."""
        group = naming.home_group_id(home, self.settings.stack)
        unread: list[Finding] = []
        in_group = attempt(group, "the rights", partial(granted_at, self.cloud, group), unread)
        yield from rights.judge_identity(home, in_group or granted, on_identity(self.settings))
        yield from unread

    def _in_the_way(
        self, subscription: str, there: Sequence[Write], unread: list[Finding]
    ) -> Iterator[Finding]:
        scope = f"/subscriptions/{subscription}"
        read = partial(locks.read, self.cloud, subscription)
        yield from locks.judge(attempt(scope, "the locks", read, unread) or (), there)
        denied = partial(deny_assignments.read, self.cloud, subscription)
        found = attempt(scope, "the deny assignments", denied, unread)
        yield from deny_assignments.judge(found or (), there, self.us)

    def _on_groups(self, plan: Plan, unread: list[Finding]) -> Iterator[Finding]:
        """Rights that flow logs on security groups need, where the plan holds some."""
        groups = [log for log in plan.flow_logs if log.level == "networkSecurityGroup"]
        for subscription in sorted(
            {log.subscription_id for log in groups} if self.deploying else ()
        ):
            scope = f"/subscriptions/{subscription}"
            granted = attempt(scope, "the rights", self._granted(subscription), unread)
            yield from rights.judge_groups(subscription, granted or ())

    def _storage(self, plan: Plan, unread: list[Finding]) -> Iterator[Finding]:
        """Whether the regions of new storage accounts have what is asked for."""
        if new := to_make(plan.foundation.storage_accounts):
            home = self.settings.identity.subscription_id
            read = partial(redundancies.read, self.cloud, home)
            scope = f"/subscriptions/{home}"
            offered = attempt(scope, "the redundancies of storage by region", read, unread)
            yield from redundancy.judge(new, offered) if offered is not None else ()

    def _identity(self, estate: Estate, plan: Plan, unread: list[Finding]) -> Iterator[Finding]:
        """Whether flow logs can be written by a given identity, and to given accounts."""
        yield from flow_log_identity.judge_keyless(estate.given_accounts, plan)
        given = self.settings.flow_log_identity
        if not given or given == MAKE or estate.identity is None:
            return
        if self.deploying:
            read = partial(granted_at, self.cloud, given)
            granted = attempt(given, "the rights", read, unread)
            yield from rights.judge_assigning(given, granted) if granted is not None else ()
        for account in flow_log_identity.accounts_of_others(plan):
            name, principal = estate.identity.name, estate.identity.principal_id
            roles = partial(flow_log_identity.read, self.cloud, account, principal)
            found = attempt(account, "the roles on it", roles, unread)
            if found is not None:
                yield from flow_log_identity.judge(account, name, principal, found)

    def _refused(self, estate: Estate, plan: Plan) -> Iterator[Finding]:
        unread: list[Finding] = []
        groups = {key(group.id) for group in estate.resource_groups}

        def ask(body: Body) -> tuple[policy_restrictions.Refusal, ...]:
            read = partial(policy_restrictions.read, self.cloud, body, groups)
            return attempt(body.id, "what Azure Policy says of it", read, unread) or ()

        answers = each(ask, bodies(plan))
        yield from policy_restrictions.judge([refusal for answer in answers for refusal in answer])
        yield from _once_a_subscription(unread)


def _no_plan(error: EstateError) -> Finding:
    """The plan's own errors end with their way out."""
    if isinstance(error, UnansweredError):
        return UNREAD.found("this stack", str(error), READ_AGAIN)
    return PLANNED.found("this stack", str(error), "")


def _not_planned(reason: str) -> Finding:
    return NOT_CHECKED.found(
        "this stack",
        f"locks, deny assignments and policies were not judged, since {reason}",
        "fix these errors, then run it again",
    )


def _once_a_subscription(unread: Iterable[Finding]) -> Iterable[Finding]:
    """The first of each subscription: a missing right refuses every question alike."""
    by_id = sorted(unread, key=lambda found: key(found.subject), reverse=True)
    return {subscription_of(found.subject): found for found in by_id}.values()
