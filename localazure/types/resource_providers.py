"""Resource providers of a subscription: which there are, and whether they are registered.

Shapes: REST pages "Providers - Get", "- List" and "- Register". The list has the providers that are
modelled and those that the estate names; `apiVersions` are the newest and the oldest that are
modelled. Registration lasts as long as other operations do.
"""

from __future__ import annotations

from localazure.answer import Answer, Call
from localazure.api_versions import RESOURCES, check_version
from localazure.arm_id import key
from localazure.errors.gateway import InvalidResourceNamespace, MissingSubscriptionRegistration
from localazure.regions import public_regions
from localazure.store import Resource
from localazure.types.base import ResourceType, check_scope
from localazure.types.table import NAMESPACES, TYPES

REGISTERED = "Registered"
_UNREGISTERED = frozenset({"notregistered", "unregistered", "unregistering"})
_WRITES = frozenset({"PUT", "PATCH"})


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
        check_version(call, RESOURCES, None)
        check_scope(call)
        namespace = call.words["namespace"]
        if key(namespace) not in NAMESPACES:
            raise InvalidResourceNamespace(namespace)
        provider = _provider(call, namespace)
        if call.method == "POST" and provider["registrationState"] != REGISTERED:
            _register(call, provider)
        return Answer(200, provider)


class Providers:
    """GET /subscriptions/{id}/providers."""

    def action(self, call: Call) -> str:
        return "Microsoft.Resources/subscriptions/providers/read"

    def answer(self, call: Call) -> Answer:
        check_version(call, RESOURCES, None)
        check_scope(call)
        names = {key(each.type.partition("/")[0]): each.type.partition("/")[0] for each in _types()}
        start = key(f"/subscriptions/{call.id.subscription}/providers/")
        for id_, held in call.azure.store.providers.items():
            if id_.startswith(start):
                names.setdefault(id_.removeprefix(start), held["id"].rpartition("/")[2])
        return Answer(200, {"value": [_provider(call, name) for name in sorted(names.values())]})


def check_registered(call: Call) -> None:
    """Raises what ARM answers to a write of a provider that the subscription is not registered for.

    Microsoft: "Resolve errors for resource provider registration"; recorded: recorded_errors.
    """
    if call.method not in _WRITES or call.id.namespace is None:
        return
    id_ = _id(call, call.id.namespace)
    state = str(call.azure.store.providers.get(key(id_), {}).get("registrationState", ""))
    if state.casefold() in _UNREGISTERED:
        raise MissingSubscriptionRegistration(call.id.namespace)


def _register(call: Call, provider: Resource) -> None:
    provider["registrationState"] = "Registering"
    held = call.azure.store.providers[key(provider["id"])] = _kept(provider)

    def settle() -> None:
        held["registrationState"] = REGISTERED

    call.azure.operations.start([], settle, lambda: Answer(200))


def _kept(provider: Resource) -> Resource:
    """What is remembered of a provider; its types follow from the model."""
    return {name: value for name, value in provider.items() if name != "resourceTypes"}


def _provider(call: Call, namespace: str) -> Resource:
    id_ = _id(call, namespace)
    return {
        "id": id_,
        "namespace": namespace,
        "registrationState": REGISTERED,
        "registrationPolicy": "RegistrationRequired",
        "resourceTypes": [
            _resource_type(each)
            for each in _types()
            if key(each.type.partition("/")[0]) == key(namespace)
        ],
        **call.azure.store.providers.get(key(id_), {}),
    }


def _types() -> list[ResourceType]:
    """The modelled types below a provider: all but resource groups, which are ARM's own."""
    return list(TYPES.values())


def _resource_type(type_: ResourceType) -> Resource:
    versions = type_.versions
    return {
        "resourceType": type_.type.partition("/")[2],
        "locations": [each.display for each in public_regions()],
        "apiVersions": [versions.last, versions.first],
        "defaultApiVersion": versions.last,
    }


def _id(call: Call, namespace: str) -> str:
    return f"/subscriptions/{call.id.subscription}/providers/{namespace}"
