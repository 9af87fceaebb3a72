"""Tenants, subscriptions, resource providers and the caller's permissions: read only.

Shapes: REST pages "Subscriptions - List", "Tenants - List", "Providers - Get", "Permissions - List
For Resource Group". Everybody may read what he is granted. A subscription is visible to a role that
is held anywhere in it; its permissions are none where the role is held further down only.
"""

from __future__ import annotations

from typing import Any

from localazure.answer import Answer, Call
from localazure.api_versions import AUTHORIZATION, RESOURCES, check_version
from localazure.arm_id import SUBSCRIPTION_TYPE, TENANT, key
from localazure.errors.gateway import InvalidResourceNamespace
from localazure.store import Resource
from localazure.types.base import check_scope
from localazure.types.table import NAMESPACES, TYPES


class Tenants:
    """GET /tenants."""

    def action(self, call: Call) -> None:
        return None

    def answer(self, call: Call) -> Answer:
        check_version(call.query.get("api-version"), RESOURCES, None)
        tenant = call.azure.tenant()
        return Answer(200, {"value": [{"id": f"/tenants/{tenant}", "tenantId": tenant}]})


class Subscriptions:
    """GET /subscriptions: those of the estate, in its order."""

    def action(self, call: Call) -> None:
        return None

    def answer(self, call: Call) -> Answer:
        check_version(call.query.get("api-version"), RESOURCES, None)
        sees = call.azure.rights.sees
        everything = call.azure.store.of_type(SUBSCRIPTION_TYPE, TENANT)
        found = [each for each in everything if sees(each["id"])]
        count = {"type": "Total", "value": len(found)}
        return Answer(200, {"value": [_shown(each) for each in found], "count": count})


class Subscription:
    """GET /subscriptions/{id}."""

    def action(self, call: Call) -> str:
        return "Microsoft.Resources/subscriptions/read"

    def answer(self, call: Call) -> Answer:
        check_version(call.query.get("api-version"), RESOURCES, None)
        check_scope(call)
        return Answer(200, _shown(call.azure.store.find(call.id) or {}))


class Provider:
    """GET /subscriptions/{id}/providers/{namespace}, and POST …/register.

    Every provider is registered, unless the estate has an entry with this id that says otherwise.
    """

    def action(self, call: Call) -> str:
        namespace = call.words["namespace"]
        if call.method == "POST":
            return f"{namespace}/register/action"
        return "Microsoft.Resources/subscriptions/providers/read"

    def answer(self, call: Call) -> Answer:
        check_version(call.query.get("api-version"), RESOURCES, None)
        check_scope(call)
        provider = self._provider(call)
        if call.method == "POST":
            provider["registrationState"] = "Registered"
            call.azure.store.providers[key(provider["id"])] = provider
        return Answer(200, provider)

    def _provider(self, call: Call) -> Resource:
        namespace = call.words["namespace"]
        if key(namespace) not in NAMESPACES:
            raise InvalidResourceNamespace(namespace)
        id_ = f"/subscriptions/{call.id.subscription}/providers/{namespace}"
        present = call.azure.store.providers.get(key(id_), {})
        types = [each.type for each in TYPES.values() if key(each.type).startswith(key(namespace))]
        return {
            "id": id_,
            "namespace": namespace,
            "registrationState": "Registered",
            "registrationPolicy": "RegistrationRequired",
            "resourceTypes": [{"resourceType": each.partition("/")[2]} for each in types],
            **present,
        }


class Permissions:
    """GET …/providers/Microsoft.Authorization/permissions, of a subscription or a group."""

    def action(self, call: Call) -> None:
        return None

    def answer(self, call: Call) -> Answer:
        check_version(call.query.get("api-version"), AUTHORIZATION, "permissions")
        check_scope(call)
        rights = call.azure.rights
        granted: dict[str, Any] = {
            "actions": list(rights.actions),
            "notActions": list(rights.not_actions),
            "dataActions": [],
            "notDataActions": [],
        }
        return Answer(200, {"value": [granted] if rights.reach(call.id.group_id) else []})


def _shown(subscription: Resource) -> Resource:
    """A subscription as ARM shows it: without the type that its entry in an estate may have."""
    return {name: value for name, value in subscription.items() if name != "type"}
