"""Resource providers of a subscription: which there are, and whether they are registered.

Shapes: REST pages "Providers - Get", "- List" and "- Register". The list has the providers that are
modelled and those that the estate names; `apiVersions` are the newest and the oldest that are
modelled. Registration lasts as long as other operations do.
"""

from __future__ import annotations

from localazure.errors.gateway import InvalidResourceNamespace
from localazure.errors.scopes import MissingSubscriptionRegistration
from localazure.resources.regions import public_regions
from localazure.server.api_versions import RESOURCES, check_version
from localazure.server.request import Request
from localazure.server.response import Response
from localazure.state.arm_id import key
from localazure.state.store import Resource
from localazure.types.base import ResourceType, check_scope
from localazure.types.registry import NAMESPACES, TYPES

REGISTERED = "Registered"
_UNREGISTERED = frozenset({"notregistered", "unregistered", "unregistering"})
_WRITES = frozenset({"PUT", "PATCH"})


class Provider:
    """GET /subscriptions/{id}/providers/{namespace}, and POST …/register.

    Every provider is registered, unless the estate has an entry with this id that says otherwise.
    """

    def action(self, request: Request) -> str:
        namespace = request.words["namespace"]
        if request.method == "POST":
            return f"{namespace}/register/action"
        return "Microsoft.Resources/subscriptions/providers/read"

    def answer(self, request: Request) -> Response:
        check_version(request, RESOURCES, None)
        check_scope(request)
        namespace = request.words["namespace"]
        if key(namespace) not in NAMESPACES:
            raise InvalidResourceNamespace(namespace)
        provider = _provider(request, namespace)
        if request.method == "POST" and provider["registrationState"] != REGISTERED:
            _register(request, provider)
        return Response(200, provider)


class Providers:
    """GET /subscriptions/{id}/providers."""

    def action(self, request: Request) -> str:
        return "Microsoft.Resources/subscriptions/providers/read"

    def answer(self, request: Request) -> Response:
        check_version(request, RESOURCES, None)
        check_scope(request)
        names = {key(each.type.partition("/")[0]): each.type.partition("/")[0] for each in _types()}
        start = key(f"/subscriptions/{request.id.subscription}/providers/")
        for id_, provider in request.azure.store.providers.items():
            if id_.startswith(start):
                names.setdefault(id_.removeprefix(start), provider["id"].rpartition("/")[2])
        return Response(
            200, {"value": [_provider(request, name) for name in sorted(names.values())]}
        )


def check_registered(request: Request) -> None:
    """Raises what ARM answers to a write of a provider that the subscription is not registered for.

    Microsoft: "Resolve errors for resource provider registration"; recorded: recorded_errors.
    """
    if request.method not in _WRITES or request.id.namespace is None:
        return
    id_ = _id(request, request.id.namespace)
    state = str(request.azure.store.providers.get(key(id_), {}).get("registrationState", ""))
    if state.casefold() in _UNREGISTERED:
        raise MissingSubscriptionRegistration(request.id.namespace)


def _register(request: Request, provider: Resource) -> None:
    provider["registrationState"] = "Registering"
    kept = request.azure.store.providers[key(provider["id"])] = _kept(provider)

    def settle() -> None:
        kept["registrationState"] = REGISTERED

    request.azure.operations.start([], settle, lambda: Response(200))


def _kept(provider: Resource) -> Resource:
    """The stored part of a provider; its types follow from the model."""
    return {name: value for name, value in provider.items() if name != "resourceTypes"}


def _provider(request: Request, namespace: str) -> Resource:
    id_ = _id(request, namespace)
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
        **request.azure.store.providers.get(key(id_), {}),
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


def _id(request: Request, namespace: str) -> str:
    return f"/subscriptions/{request.id.subscription}/providers/{namespace}"
