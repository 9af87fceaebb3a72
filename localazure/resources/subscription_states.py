"""The state of a subscription: what it lets through, and how its owner changes it.

`Disabled` takes no write and no action, reading and deleting go on; `Deleted` takes nothing;
`Warned` and `PastDue` take everything (Microsoft: "Azure subscription states"). Cancelling and
enabling: REST pages "Subscription - Cancel" and "- Enable", 2021-10-01. Unconfirmed: that a refusal
by state comes after one by rights, and that queries of a workspace are refused as other actions.
"""

from __future__ import annotations

from typing import ClassVar

from localazure.errors.scopes import (
    ReadOnlyDisabledSubscription,
    ResourcesExistingOnSubscription,
    SubscriptionNotFound,
)
from localazure.server.api_versions import SUBSCRIPTION, check_version
from localazure.server.request import Request
from localazure.server.response import Response
from localazure.state.arm_id import SUBSCRIPTION_TYPE, key, parse
from localazure.state.store import Resource
from localazure.types.base import check_scope

_REFUSED = frozenset({"PUT", "PATCH", "POST"})
_OWN = "microsoft.subscription"
"""The provider whose actions bring a subscription back."""


class Cancellation:
    """POST …/providers/Microsoft.Subscription/cancel; `IgnoreResourceCheck` lets resources be."""

    options: ClassVar[frozenset[str]] = frozenset({"IgnoreResourceCheck"})

    def action(self, request: Request) -> str:
        return "Microsoft.Subscription/cancel/action"

    def answer(self, request: Request) -> Response:
        subscription = _named(request)
        unchecked = request.query.get("IgnoreResourceCheck", "").casefold() == "true"
        if not unchecked and any(
            _is_resource(each) for each in request.azure.store.inside(_id(request))
        ):
            raise ResourcesExistingOnSubscription
        return _moved(request, subscription, "Disabled")


class Reactivation:
    """POST …/providers/Microsoft.Subscription/enable."""

    def action(self, request: Request) -> str:
        return "Microsoft.Subscription/enable/action"

    def answer(self, request: Request) -> Response:
        return _moved(request, _named(request), "Enabled")


def check_state(request: Request) -> None:
    """Raises what ARM answers where the state of the subscription does not let a call through."""
    subscription = request.azure.store.find(_id(request))
    state = str((subscription or {}).get("state", "")).casefold()
    if state == "deleted":
        raise SubscriptionNotFound(request.id.subscription)
    own = f"/providers/{_OWN}/" in key(request.words["path"])
    if state == "disabled" and request.method in _REFUSED and not own:
        raise ReadOnlyDisabledSubscription(request.id.subscription)


def _named(request: Request) -> Resource:
    check_version(request, SUBSCRIPTION, None)
    check_scope(request)
    return request.azure.store.find(_id(request)) or {}


def _moved(request: Request, subscription: Resource, state: str) -> Response:
    request.azure.store.put({**subscription, "state": state})
    return Response(200, {"subscriptionId": subscription["subscriptionId"]})


def _id(request: Request) -> str:
    return f"/subscriptions/{request.id.subscription}"


def _is_resource(resource: Resource) -> bool:
    return parse(resource["id"]).type != SUBSCRIPTION_TYPE
