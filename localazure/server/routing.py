"""From a request's path to what answers it. ARM's paths have no letter case."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from localazure.errors.base import NotModelled
from localazure.insights.activity_log import ActivityLog
from localazure.network.service_tags import ServiceTags
from localazure.operationalinsights.deleted_workspaces import DeletedWorkspaces
from localazure.policy.policy_restrictions import PolicyRestrictions
from localazure.resource_graph.endpoint import ResourceGraph
from localazure.resources.listed_resources import ListedResources
from localazure.resources.operation_urls import GroupDeletion, OperationResult, OperationStatus
from localazure.resources.resource_groups import ResourceGroups
from localazure.resources.resource_providers import Provider, Providers
from localazure.resources.subscription_states import Cancellation, Reactivation
from localazure.resources.subscriptions import (
    Locations,
    Permissions,
    Subscription,
    Subscriptions,
    Tenants,
)
from localazure.server.metadata import Metadata
from localazure.server.request import Request
from localazure.server.response import Response
from localazure.storage.storage_accounts import NameAvailability
from localazure.storage.storage_skus import StorageSkus
from localazure.types.registry import type_of


class Endpoint(Protocol):
    """Something that answers requests; `options`, if it has any, are the query's that it knows."""

    def action(self, request: Request) -> str | None:
        """The right that the request needs; none if everybody may."""

    def answer(self, request: Request) -> Response:
        """Answers; raises ArmError for what is refused."""


class _Resources:
    """Everything below `/providers/` of a subscription, group or management group, by its type."""

    def action(self, request: Request) -> str | None:
        return type_of(request).action(request)

    def answer(self, request: Request) -> Response:
        return type_of(request).answer(request)


@dataclass(frozen=True, slots=True)
class Route:
    """Methods and a path: `{x}` is any segment, `…` at the end is any number of them."""

    methods: str
    path: str
    endpoint: Endpoint

    def match(self, method: str, segments: list[str]) -> Mapping[str, str] | None:
        """Values of the placeholders; None if the path does not match."""
        wanted = self.path.split("/")
        if method not in self.methods.split():
            return None
        if wanted[-1] == "…":
            wanted = wanted[:-1]
            segments = segments[: len(wanted)]
        if len(segments) != len(wanted):
            return None
        words = {}
        for pattern, segment in zip(wanted, segments, strict=True):
            if pattern.startswith("{"):
                words[pattern[1:-1]] = segment
            elif pattern != segment.casefold():
                return None
        return words


_SUBSCRIPTION = "subscriptions/{subscription}"
_GROUP = f"{_SUBSCRIPTION}/resourcegroups/{{group}}"
_MANAGEMENT_GROUP = "providers/microsoft.management/managementgroups/{management}"
_OPERATIONS = f"{_SUBSCRIPTION}/providers/{{namespace}}/locations/{{location}}"
_PERMISSIONS = "providers/microsoft.authorization/permissions"
_SERVICE_TAGS = "providers/microsoft.network/locations/{location}/servicetags"
_DELETED = "providers/microsoft.operationalinsights/deletedworkspaces"
_EVENTS = "providers/microsoft.insights/eventtypes/management/values"
_RESTRICTIONS = "providers/microsoft.policyinsights/checkpolicyrestrictions"

ROUTES = (
    Route("GET", "metadata/endpoints", Metadata()),
    Route("GET", "tenants", Tenants()),
    Route("GET", "subscriptions", Subscriptions()),
    Route("GET", _SUBSCRIPTION, Subscription()),
    Route("GET", f"{_SUBSCRIPTION}/resourcegroups", ResourceGroups()),
    Route("GET HEAD PUT PATCH DELETE", _GROUP, ResourceGroups()),
    Route("GET", f"{_SUBSCRIPTION}/resources", ListedResources()),
    Route("GET", f"{_GROUP}/resources", ListedResources()),
    Route("GET", f"{_SUBSCRIPTION}/locations", Locations()),
    Route("GET", f"{_SUBSCRIPTION}/operationresults/{{operation}}", GroupDeletion()),
    Route("GET", f"{_SUBSCRIPTION}/{_SERVICE_TAGS}", ServiceTags()),
    Route("GET", f"{_OPERATIONS}/operations/{{operation}}", OperationStatus()),
    Route("GET", f"{_OPERATIONS}/operationresults/{{operation}}", OperationResult()),
    Route("GET", f"{_OPERATIONS}/asyncoperations/{{operation}}", OperationResult()),
    Route("GET", f"{_SUBSCRIPTION}/{_PERMISSIONS}", Permissions()),
    Route("GET", f"{_GROUP}/{_PERMISSIONS}", Permissions()),
    Route(
        "GET", f"{_GROUP}/providers/{{namespace}}/{{type}}/{{name}}/{_PERMISSIONS}", Permissions()
    ),
    Route("GET", f"{_SUBSCRIPTION}/providers", Providers()),
    Route("GET", f"{_SUBSCRIPTION}/providers/{{namespace}}", Provider()),
    Route("GET", f"{_SUBSCRIPTION}/providers/microsoft.storage/skus", StorageSkus()),
    Route("POST", f"{_SUBSCRIPTION}/providers/{{namespace}}/register", Provider()),
    Route("POST", f"{_SUBSCRIPTION}/providers/microsoft.subscription/cancel", Cancellation()),
    Route("POST", f"{_SUBSCRIPTION}/providers/microsoft.subscription/enable", Reactivation()),
    Route(
        "POST",
        f"{_SUBSCRIPTION}/providers/microsoft.storage/checknameavailability",
        NameAvailability(),
    ),
    Route("GET", f"{_SUBSCRIPTION}/{_DELETED}", DeletedWorkspaces()),
    Route("GET", f"{_GROUP}/{_DELETED}", DeletedWorkspaces()),
    Route("GET", f"{_SUBSCRIPTION}/{_EVENTS}", ActivityLog()),
    Route("POST", f"{_SUBSCRIPTION}/{_RESTRICTIONS}", PolicyRestrictions()),
    Route("POST", f"{_GROUP}/{_RESTRICTIONS}", PolicyRestrictions()),
    Route("POST", "providers/microsoft.resourcegraph/resources", ResourceGraph()),
    Route("GET", _MANAGEMENT_GROUP, _Resources()),
    Route("GET PUT PATCH DELETE", f"{_MANAGEMENT_GROUP}/providers/{{namespace}}/…", _Resources()),
    Route("GET", "providers/microsoft.authorization/{type}/{name}", _Resources()),
    Route("GET PUT PATCH DELETE POST", f"{_SUBSCRIPTION}/providers/{{namespace}}/…", _Resources()),
    Route("GET PUT PATCH DELETE POST", f"{_GROUP}/providers/{{namespace}}/…", _Resources()),
)


def modelled_options(endpoint: Endpoint, request: Request) -> Collection[str]:
    """Names of the query options that an endpoint knows beside the API version."""
    if isinstance(endpoint, _Resources):
        return type_of(request).options_of(request)
    options: Collection[str] = getattr(endpoint, "options", ())
    return options


def route(method: str, path: str) -> tuple[Endpoint, Mapping[str, str]]:
    """The handler of the request; raises NotModelled if nothing does."""
    segments = path.strip("/").split("/")
    for each in ROUTES:
        words = each.match(method, segments)
        if words is not None:
            return each.endpoint, words
    raise NotModelled(f"{method} {path}")
