"""Resource groups.

Recorded: azure-libraries-for-net CreateUpdate (create 201, delete 202 with `Location`, then 202 and
200; 404 `ResourceGroupNotFound`), errors/recorded_errors (409 when something cannot go).
"""

from __future__ import annotations

import base64
import json
from typing import ClassVar

from localazure.errors.base import ArmError, NotModelled
from localazure.errors.scopes import (
    InvalidResourceGroupLocation,
    ResourceGroupDeletionTimeout,
    ResourceGroupNotFound,
    SubscriptionNotFound,
)
from localazure.network.removal import kept_by_others, remove_all
from localazure.resources.listed_resources import has_tag
from localazure.server.api_versions import RESOURCES, Versions, check_version
from localazure.server.query_options import conditions
from localazure.server.request import Request
from localazure.server.response import Response
from localazure.state.arm_id import GROUP_TYPE, key, parse_resource, region
from localazure.state.store import Resource
from localazure.types.base import VERBS, ResourceType, check_scope, check_writable, placed


class ResourceGroups(ResourceType):
    """Microsoft.Resources/resourceGroups, by its own path and not below a provider."""

    type = GROUP_TYPE
    options: ClassVar[frozenset[str]] = frozenset({"$filter"})
    versions: ClassVar[Versions] = RESOURCES

    def action(self, request: Request) -> str:
        return f"Microsoft.Resources/subscriptions/resourceGroups/{VERBS[request.method]}"

    def answer(self, request: Request) -> Response:
        check_version(request, self.versions, None)
        match request.method:
            case "HEAD":
                self.existing(request)
                return Response(204)
            case "GET" if request.id.group is None:
                return self._all(request)
        return super().answer(request)

    def existing(self, request: Request) -> Resource:
        check_scope(request)
        group = request.azure.store.find(request.id)
        if group is None:
            raise ResourceGroupNotFound(str(request.id.group))
        return group

    def put(self, request: Request) -> Response:
        before = request.azure.store.find(request.id)
        location = placed(request, None)
        if before is None:
            return self._create(request, location)
        check_writable(request)
        asked = str(request.content()["location"])
        if location != region(before["location"]):
            raise InvalidResourceGroupLocation(asked, before["location"])
        return self.patch(request)

    def patch(self, request: Request) -> Response:
        group = self.existing(request)
        request.azure.store.changing(group["id"])
        if isinstance(request.content().get("tags"), dict):
            group["tags"] = dict(request.content()["tags"])
        request.azure.store.put(group)
        return Response(200, group)

    def delete(self, request: Request) -> Response:
        group = self.existing(request)
        store = request.azure.store
        kept = kept_by_others(store, group["id"])
        failure: ArmError | None = request.late_failure
        if kept is not None:
            failure = ResourceGroupDeletionTimeout(group["name"], _short(kept))
        store.changing(group["id"])
        group["properties"]["provisioningState"] = "Deleting"

        def settle() -> None:
            if failure is None:
                remove_all(store, group["id"])
            else:
                group["properties"]["provisioningState"] = "Succeeded"

        operation = request.azure.operations.start(
            [key(group["id"])], settle, lambda: Response(200), failure
        )
        token = _token(group, operation.id)
        url = f"{request.base}/subscriptions/{request.id.subscription}/operationresults/{token}"
        headers = {
            "Location": f"{url}?api-version={request.api_version}",
            "Retry-After": request.azure.operations.retry_after(),
        }
        return Response(202, None, headers)

    def post(self, request: Request) -> Response:
        raise NotModelled("actions of resource groups")

    def complete(self, resource: Resource) -> None:
        resource.setdefault("type", GROUP_TYPE)
        properties = resource.setdefault("properties", {})
        properties.setdefault("provisioningState", "Succeeded")

    def _all(self, request: Request) -> Response:
        subscription = f"/subscriptions/{request.id.subscription}"
        check_scope(request)
        filters = conditions(request, ("tagName", "tagValue"))
        groups = request.azure.store.of_type(GROUP_TYPE, subscription)
        return Response(200, {"value": [group for group in groups if has_tag(group, filters)]})

    def _create(self, request: Request, location: str) -> Response:
        subscription = request.id.subscription
        if request.azure.store.find(f"/subscriptions/{subscription}") is None:
            raise SubscriptionNotFound(subscription)
        group: Resource = {
            "id": str(request.id),
            "name": request.id.name,
            "type": GROUP_TYPE,
            "location": location,
        }
        if isinstance(request.content().get("tags"), dict):
            group["tags"] = dict(request.content()["tags"])
        group["properties"] = {"provisioningState": "Succeeded"}
        request.azure.store.put(group)
        return Response(201, group)


def _token(group: Resource, operation: str) -> str:
    """The job that ARM names in the URL: JSON in base64, here with the operation's id."""
    job = f"RESOURCEGROUPDELETIONJOB-{group['name'].upper()}-{group['location'].upper()}"
    text = json.dumps({"jobId": job, "jobLocation": group["location"], "operation": operation})
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def operation_in(token: str) -> str | None:
    """The operation's id in such a token; none if it is not one."""
    try:
        text = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        return str(json.loads(text)["operation"])
    except (ValueError, KeyError, TypeError):
        return None


def _short(id_: str) -> str:
    parsed = parse_resource(id_)
    return f"{parsed.type}/{parsed.name}"
