"""The state of a subscription: what it lets through, and how its owner changes it.

`Disabled` takes no write and no action, reading and deleting go on; `Deleted` takes nothing;
`Warned` and `PastDue` take everything (Microsoft: "Azure subscription states"). Cancelling and
enabling: REST pages "Subscription - Cancel" and "- Enable", 2021-10-01. Unconfirmed: that a refusal
by state comes after one by rights, and that queries of a workspace are refused as other actions.
"""

from __future__ import annotations

from typing import ClassVar

from localazure.answer import Answer, Call
from localazure.api_versions import SUBSCRIPTION, check_version
from localazure.arm_id import SUBSCRIPTION_TYPE, key, parse
from localazure.errors.gateway import (
    ReadOnlyDisabledSubscription,
    ResourcesExistingOnSubscription,
    SubscriptionNotFound,
)
from localazure.store import Resource
from localazure.types.base import check_scope

_REFUSED = frozenset({"PUT", "PATCH", "POST"})
_OWN = "microsoft.subscription"
"""The provider whose actions bring a subscription back."""


class Cancellation:
    """POST …/providers/Microsoft.Subscription/cancel; `IgnoreResourceCheck` lets resources be."""

    options: ClassVar[frozenset[str]] = frozenset({"IgnoreResourceCheck"})

    def action(self, call: Call) -> str:
        return "Microsoft.Subscription/cancel/action"

    def answer(self, call: Call) -> Answer:
        found = _named(call)
        unchecked = call.query.get("IgnoreResourceCheck", "").casefold() == "true"
        if not unchecked and any(_is_resource(each) for each in call.azure.store.inside(_id(call))):
            raise ResourcesExistingOnSubscription
        return _moved(call, found, "Disabled")


class Reactivation:
    """POST …/providers/Microsoft.Subscription/enable."""

    def action(self, call: Call) -> str:
        return "Microsoft.Subscription/enable/action"

    def answer(self, call: Call) -> Answer:
        return _moved(call, _named(call), "Enabled")


def check_state(call: Call) -> None:
    """Raises what ARM answers where the state of the subscription does not let a call through."""
    found = call.azure.store.find(_id(call))
    state = str((found or {}).get("state", "")).casefold()
    if state == "deleted":
        raise SubscriptionNotFound(call.id.subscription)
    own = f"/providers/{_OWN}/" in key(call.words["path"])
    if state == "disabled" and call.method in _REFUSED and not own:
        raise ReadOnlyDisabledSubscription(call.id.subscription)


def _named(call: Call) -> Resource:
    check_version(call, SUBSCRIPTION, None)
    check_scope(call)
    return call.azure.store.find(_id(call)) or {}


def _moved(call: Call, subscription: Resource, state: str) -> Answer:
    call.azure.store.put({**subscription, "state": state})
    return Answer(200, {"subscriptionId": subscription["subscriptionId"]})


def _id(call: Call) -> str:
    return f"/subscriptions/{call.id.subscription}"


def _is_resource(found: Resource) -> bool:
    return parse(found["id"]).type != SUBSCRIPTION_TYPE
