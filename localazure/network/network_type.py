"""The manner of the Network provider: etags, `Updating`, and operations to poll.

Recorded: azure-mgmt-network-17.1.0 (create 201, update 200, delete 202, delete again 204),
azure-libraries-for-net CreateUpdate (both URLs of a delete), azure-cli test_nw_flow_log_delete.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, ClassVar

from localazure.errors.base import ArmError, NotModelled
from localazure.server.api_versions import NETWORK, Versions
from localazure.server.request import Request
from localazure.server.response import Response
from localazure.state.arm_id import key, parse_resource
from localazure.state.links import links_of, relink
from localazure.state.long_running_operations import Operation
from localazure.state.store import Resource, Store
from localazure.state.subresources import SUBNETS, new_etag
from localazure.types.base import (
    ResourceType,
    check_scope,
    check_writable,
    placed,
    written_id,
)


class NetworkType(ResourceType):
    """A type of Microsoft.Network that can be written."""

    versions: ClassVar[Versions] = NETWORK
    at_once: ClassVar[bool] = False
    """Whether a write answers `Succeeded` already, as recorded for watchers and interfaces."""

    def put(self, request: Request) -> Response:
        check_writable(request)
        before = request.azure.store.find(request.id)
        location = placed(request, before)
        self.check(request, before, location)
        request.azure.operations.check_free(self.holds(request, before))
        resource = self.build(request, before, location)
        self.save(request.azure.store, before, resource)
        failure = self.outcome(request, before)
        settle = self._settle(request, resource, failure)
        operation = _start(request, self.holds(request, before), settle, failure)
        answer = Response(201 if before is None else 200, self.view(resource, request))
        answer.headers = async_headers(request, location, operation)
        return answer

    def patch(self, request: Request) -> Response:
        """Replaces the tags, at once (recorded: testNetworkWatchers).

        What becomes of other members is not known: the specs have none in the body.
        """
        resource = self.existing(request)
        if others := request.content().keys() - {"tags"}:
            raise NotModelled(f"PATCH of {self.type} with {', '.join(sorted(others))}")
        request.azure.operations.check_free([key(resource["id"])])
        request.azure.store.changing(resource["id"])
        resource["tags"] = dict(request.content().get("tags") or {})
        resource["etag"] = new_etag()
        request.azure.store.put(resource)
        return Response(200, self.view(resource, request))

    def delete(self, request: Request) -> Response:
        check_scope(request)
        store = request.azure.store
        resource = store.find(request.id)
        if resource is None:
            return Response(204)
        self.check_removable(request, resource)
        holds, failure = self.holds(request, resource), request.late_failure
        if failure is not None:
            operation = _start(request, holds, lambda: _fail(resource), failure)
        else:
            operation = _start(request, holds, lambda: self.remove(store, resource))
        store.changing(resource["id"])
        resource["properties"]["provisioningState"] = "Deleting"
        return accepted(request, str(resource["location"]), operation)

    def build(self, request: Request, before: Resource | None, location: str) -> Resource:
        """The resource as it is from now on, still `Updating` unless the type is at once."""
        body = request.content()
        resource: Resource = {
            "name": request.id.name if before is None else before["name"],
            "id": written_id(request, self.type) if before is None else before["id"],
            "etag": new_etag(),
            "type": self.type,
            "location": location,
        }
        if isinstance(body.get("tags"), dict):
            resource["tags"] = dict(body["tags"])
        state = "Succeeded" if self.at_once else "Updating"
        resource["properties"] = {"provisioningState": state}
        resource["properties"] |= self.properties(request, before, resource)
        return resource

    def properties(
        self, request: Request, before: Resource | None, resource: Resource
    ) -> dict[str, Any]:
        """The properties, from the request and what Azure fills in."""
        raise NotImplementedError

    def check(self, request: Request, before: Resource | None, location: str) -> None:
        """Raises what Azure refuses about a write."""

    def check_removable(self, request: Request, resource: Resource) -> None:
        """Raises what Azure refuses about a removal."""

    def holds(self, request: Request, resource: Resource | None) -> list[str]:
        """Keys of the ids that no other write may touch meanwhile."""
        return [key(str(request.id))]

    def save(self, store: Store, before: Resource | None, resource: Resource) -> None:
        """Puts the resource in its place and its back references in step."""
        old = [] if before is None else list(links_of(before))
        store.put(resource)
        relink(store, old, list(links_of(resource)))

    def remove(self, store: Store, resource: Resource) -> None:
        """Takes the resource away, with what is inside of it and the flow logs on it."""
        for inner in store.inside(resource["id"]):
            relink(store, list(links_of(inner)), [])
        remove_flow_logs(store, resource)
        relink(store, list(links_of(resource)), [])
        store.remove(resource["id"])

    def settled(self, store: Store, resource: Resource) -> None:
        """Called once a write has come to its end."""

    def complete(self, resource: Resource) -> None:
        resource.setdefault("etag", new_etag())
        resource.setdefault("type", self.type)
        properties = resource.setdefault("properties", {})
        properties.setdefault("provisioningState", "Succeeded")

    def outcome(self, request: Request, before: Resource | None) -> ArmError | None:
        """The error that an accepted write ends with, if any; the resource stays, `Failed`."""
        return request.late_failure

    def _settle(
        self, request: Request, resource: Resource, failure: ArmError | None
    ) -> Callable[[], None]:
        def settle() -> None:
            if failure is not None:
                _fail(resource)
                return
            resource["properties"]["provisioningState"] = "Succeeded"
            if not self.at_once:
                resource["etag"] = new_etag()
            self.settled(request.azure.store, resource)

        return settle


def async_headers(request: Request, location: str, operation: Operation) -> dict[str, str]:
    """The header to poll, and how long to wait first."""
    return {
        "Azure-AsyncOperation": operation_url(request, location, "operations", operation),
        "Retry-After": request.azure.operations.retry_after(),
    }


def accepted(request: Request, location: str, operation: Operation) -> Response:
    """202 of a delete, with both URLs."""
    headers = async_headers(request, location, operation)
    headers["Location"] = operation_url(request, location, "operationResults", operation)
    return Response(202, None, headers)


def operation_url(request: Request, location: str, kind: str, operation: Operation) -> str:
    """URL of an operation under the subscription and region it runs in."""
    return (
        f"{request.base}/subscriptions/{request.id.subscription}/providers/Microsoft.Network/locations/"
        f"{location}/{kind}/{operation.id}?api-version={request.api_version}"
    )


def remove_flow_logs(store: Store, target: Resource) -> None:
    """Deletes the flow logs on a target that goes.

    Source: nsg-flow-logs-overview.md ("Deleting an NSG deletes its flow log"); that networks,
    subnets and interfaces do the same is inferred. With `--orphans` a subnet leaves its flow log
    (Azure/azure-cli #31506).
    """
    if store.orphans and key(parse_resource(target["id"]).type) == key(SUBNETS):
        return
    for reference in list(target.get("properties", {}).get("flowLogs", [])):
        store.remove(reference["id"])


def new_guid(before: Resource | None) -> str:
    """`resourceGuid` of a resource, which stays through updates."""
    if before is not None and "resourceGuid" in before["properties"]:
        return str(before["properties"]["resourceGuid"])
    return str(uuid.uuid4())


def _start(
    request: Request,
    holds: list[str],
    finish: Callable[[], None],
    failure: ArmError | None = None,
) -> Operation:
    return request.azure.operations.start(holds, finish, lambda: Response(204), failure)


def _fail(resource: Resource) -> None:
    resource["properties"]["provisioningState"] = "Failed"
