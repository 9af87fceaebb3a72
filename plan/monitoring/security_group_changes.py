"""Alerts on who writes or deletes network security groups and their rules, if they are asked for.

One operation an alert, on the subscription as a whole: the shape that scanners recognise for the
CIS benchmarks (Prowler ``monitor_alert_create_update_nsg``; Azure Policy b954148f counts a category
and one operation among the conditions).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from estate.arm_id import resource_group_of, subscription_of
from estate.model import Estate
from plan import naming
from plan.foundation.existing import Placing
from plan.model.monitoring import PlannedTampering
from plan.model.plan import Plan
from plan.resource_types import TAMPERING_TYPE

_GROUPS = "Microsoft.Network/networkSecurityGroups"
OPERATIONS: Mapping[str, tuple[str, str]] = {
    "security-group-write": (f"{_GROUPS}/write", "wrote a network security group"),
    "security-group-delete": (f"{_GROUPS}/delete", "deleted a network security group"),
    "security-rule-write": (f"{_GROUPS}/securityRules/write", "wrote a network security rule"),
    "security-rule-delete": (f"{_GROUPS}/securityRules/delete", "deleted a network security rule"),
}
"""Name of the alert to its operation, and what somebody did."""


def security_group_changes(placing: Placing, plan: Plan) -> Iterator[PlannedTampering]:
    """Four alerts for each subscription that is looked at and has a place for them."""
    places = _places(placing.estate, plan)
    for subscription in plan.subscriptions:
        for rule, (operation, done) in OPERATIONS.items() if subscription in places else ():
            name = naming.answer_name(placing.settings.stack, rule)
            own = naming.insights_id(places[subscription], "activityLogAlerts", name)
            common = placing.common(TAMPERING_TYPE, own)
            if common is not None:
                yield PlannedTampering(
                    **common,
                    rule=rule,
                    location="global",
                    description=f"Somebody {done}.",
                    scopes=(f"/subscriptions/{subscription}",),
                    operations=(operation,),
                )


def without_place(placing: Placing, plan: Plan) -> Iterator[str]:
    """Subscriptions (names) that are looked at and have no group to put an alert in."""
    places = _places(placing.estate, plan)
    for subscription, name in plan.subscriptions.items():
        if subscription not in places:
            yield name


def _places(estate: Estate, plan: Plan) -> Mapping[str, str]:
    """Subscription to the id of the group for its alerts: the stack's own, or a watcher's.

    An Activity Log alert watches its own subscription alone.
    """
    found = [watcher.id for watcher in sorted(estate.watchers, key=lambda one: one.id.casefold())]
    found = [id_ for ids in plan.watcher_ids.values() for _, id_ in sorted(ids.items())] + found
    places = {plan.foundation.home.subscription_id: plan.foundation.home.id}
    for watcher in found:
        subscription = subscription_of(watcher)
        places.setdefault(subscription, naming.group_id(subscription, resource_group_of(watcher)))
    return places
