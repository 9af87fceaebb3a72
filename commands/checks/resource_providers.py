"""Resource providers: a subscription answers only for those that are registered in it.

Without Microsoft.Insights a flow log is refused with ``AuthorizationFailed`` or
``GatewayAuthenticationFailed`` (vnet-flow-logs-manage), which sounds like missing rights.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from commands.checks.finding import Check, Finding
from estate.arm_id import subscription_of
from estate.cloud import Cloud
from estate.response_shape import Needed, Shape
from stack.settings.model import MAKE, Settings

API_VERSION = "2021-04-01"
EVERYWHERE = ("Microsoft.Network", "Microsoft.Insights")
_PROVIDER: Shape = {"registrationState": Needed(str)}
AT_HOME = ("Microsoft.Storage", "Microsoft.OperationalInsights")
SENTINEL = "Microsoft.SecurityInsights"
IDENTITIES = "Microsoft.ManagedIdentity"

PROVIDER = Check(
    name="provider-registration",
    severity="error",
    title="resource providers that are not registered",
    why="Azure refuses flow logs, storage or workspaces of a provider that is not registered, "
    "and says that rights are missing",
)
CHECKS = (PROVIDER,)


def needed(settings: Settings) -> Mapping[str, tuple[str, ...]]:
    """Namespaces by subscription: the networks' own, and where the stack makes its resources."""
    found: dict[str, tuple[str, ...]] = dict.fromkeys(settings.subscriptions, EVERYWHERE)
    home = settings.identity.subscription_id
    made = (IDENTITIES,) if settings.flow_log_identity == MAKE else ()
    found[home] = (*EVERYWHERE, *AT_HOME, *made)
    if settings.analytic_rules:
        place = subscription_of(settings.workspace_id) if settings.workspace_id else home
        found[place] = (*found.get(place, ()), SENTINEL)
    return found


def read(cloud: Cloud, subscription: str, namespaces: tuple[str, ...]) -> Mapping[str, str]:
    """Registration state by namespace, as ARM says it. Raises AzureError."""
    return {
        namespace: str(
            cloud.get(
                f"/subscriptions/{subscription}/providers/{namespace}", API_VERSION, _PROVIDER
            )["registrationState"]
        )
        for namespace in namespaces
    }


def judge(subscription: str, states: Mapping[str, str]) -> Iterator[Finding]:
    """A finding for each namespace that is not registered."""
    for namespace, state in states.items():
        if state.casefold() != "registered":
            yield PROVIDER.found(
                f"/subscriptions/{subscription}",
                f"resource provider {namespace} is {state or 'not registered'}",
                f"az provider register --namespace {namespace} --subscription {subscription}, "
                "and wait until it is Registered",
            )
