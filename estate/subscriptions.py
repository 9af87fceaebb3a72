"""Subscriptions that the identity sees, and those of them that a run names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from estate.cloud import Cloud
from estate.errors import EstateError
from estate.model import Subscription
from estate.response_shape import Needed, Shape
from wording import setting

VERSION = "2022-12-01"
_SUBSCRIPTION: Shape = {
    "subscriptionId": Needed(str),
    "displayName": str,
    "tenantId": str,
    "state": str,
}


def visible_subscriptions(cloud: Cloud) -> list[Subscription]:
    """Every subscription that the identity sees. Raises AzureError."""
    listed = cloud.list("/subscriptions", VERSION, _SUBSCRIPTION)
    return [
        Subscription(
            id=body["subscriptionId"].casefold(),
            name=body.get("displayName") or body["subscriptionId"],
            tenant_id=(body.get("tenantId") or "").casefold(),
            state=body.get("state") or "",
        )
        for body in listed
    ]


def named_subscriptions(
    listed: Mapping[str, Subscription], wanted: Iterable[str]
) -> list[Subscription]:
    """Those of the listed with these ids. Raises EstateError where one is not among them."""
    for subscription in wanted:
        if subscription not in listed:
            raise EstateError(
                f"subscription {subscription} is not visible to this identity (it sees "
                f"{len(listed)}); give it Reader there, or correct {setting('subscriptions')}"
            )
    named = [listed[subscription] for subscription in wanted]
    for other in named[1:]:
        if other.tenant_id != named[0].tenant_id:
            raise EstateError(
                f"subscription {other.id} belongs to tenant {other.tenant_id}, {named[0].id} to "
                f"{named[0].tenant_id}; a flow log cannot cross tenants. Give it a stack of its own"
            )
    return named
