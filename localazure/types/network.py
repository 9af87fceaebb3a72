"""The manner of the Network provider: etags, `Updating`, and operations to poll.

Recorded: azure-mgmt-network-17.1.0 (create 201, update 200, delete 202, delete again 204),
azure-libraries-for-net CreateUpdate (both URLs of a delete), azure-cli test_nw_flow_log_delete.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, ClassVar

from localazure.answer import Answer, Call
from localazure.api_versions import NETWORK, Versions
from localazure.arm_id import key, parse_resource
from localazure.errors.base import ArmError, NotModelled
from localazure.links import links_of, relink
from localazure.operations import Operation
from localazure.parts import SUBNETS, new_etag
from localazure.store import Resource, Store
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

    def put(self, call: Call) -> Answer:
        check_writable(call)
        before = call.azure.store.find(call.id)
        location = placed(call, before)
        self.check(call, before, location)
        call.azure.operations.check_free(self.holds(call, before))
        resource = self.build(call, before, location)
        self.save(call.azure.store, before, resource)
        failure = self.outcome(call, before)
        settle = self._settle(call, resource, failure)
        operation = _start(call, self.holds(call, before), settle, failure)
        answer = Answer(201 if before is None else 200, self.view(resource, call))
        answer.headers = async_headers(call, location, operation)
        return answer

    def patch(self, call: Call) -> Answer:
        """Replaces the tags, at once (recorded: testNetworkWatchers).

        What becomes of other members is not known: the specs have none in the body.
        """
        resource = self.existing(call)
        if others := call.content().keys() - {"tags"}:
            raise NotModelled(f"PATCH of {self.type} with {', '.join(sorted(others))}")
        call.azure.operations.check_free([key(resource["id"])])
        call.azure.store.changing(resource["id"])
        resource["tags"] = dict(call.content().get("tags") or {})
        resource["etag"] = new_etag()
        call.azure.store.put(resource)
        return Answer(200, self.view(resource, call))

    def delete(self, call: Call) -> Answer:
        check_scope(call)
        store = call.azure.store
        resource = store.find(call.id)
        if resource is None:
            return Answer(204)
        self.check_removable(call, resource)
        holds, failure = self.holds(call, resource), call.late_failure
        if failure is not None:
            operation = _start(call, holds, lambda: _fail(resource), failure)
        else:
            operation = _start(call, holds, lambda: self.remove(store, resource))
        store.changing(resource["id"])
        resource["properties"]["provisioningState"] = "Deleting"
        return accepted(call, str(resource["location"]), operation)

    def build(self, call: Call, before: Resource | None, location: str) -> Resource:
        """The resource as it is from now on, still `Updating` unless the type is at once."""
        body = call.content()
        resource: Resource = {
            "name": call.id.name if before is None else before["name"],
            "id": written_id(call, self.type) if before is None else before["id"],
            "etag": new_etag(),
            "type": self.type,
            "location": location,
        }
        if isinstance(body.get("tags"), dict):
            resource["tags"] = dict(body["tags"])
        state = "Succeeded" if self.at_once else "Updating"
        resource["properties"] = {"provisioningState": state}
        resource["properties"] |= self.properties(call, before, resource)
        return resource

    def properties(self, call: Call, before: Resource | None, resource: Resource) -> dict[str, Any]:
        """The properties, from the request and what Azure fills in."""
        raise NotImplementedError

    def check(self, call: Call, before: Resource | None, location: str) -> None:
        """Raises what Azure refuses about a write."""

    def check_removable(self, call: Call, resource: Resource) -> None:
        """Raises what Azure refuses about a removal."""

    def holds(self, call: Call, resource: Resource | None) -> list[str]:
        """Keys of the ids that no other write may touch meanwhile."""
        return [key(str(call.id))]

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

    def outcome(self, call: Call, before: Resource | None) -> ArmError | None:
        """What an accepted write fails with in the end; the resource stays, `Failed`."""
        return call.late_failure

    def _settle(
        self, call: Call, resource: Resource, failure: ArmError | None
    ) -> Callable[[], None]:
        def settle() -> None:
            if failure is not None:
                _fail(resource)
                return
            resource["properties"]["provisioningState"] = "Succeeded"
            if not self.at_once:
                resource["etag"] = new_etag()
            self.settled(call.azure.store, resource)

        return settle


def async_headers(call: Call, location: str, operation: Operation) -> dict[str, str]:
    """The header to poll, and how long to wait first."""
    return {
        "Azure-AsyncOperation": operation_url(call, location, "operations", operation),
        "Retry-After": call.azure.operations.retry_after(),
    }


def accepted(call: Call, location: str, operation: Operation) -> Answer:
    """202 of a delete, with both URLs."""
    headers = async_headers(call, location, operation)
    headers["Location"] = operation_url(call, location, "operationResults", operation)
    return Answer(202, None, headers)


def operation_url(call: Call, location: str, kind: str, operation: Operation) -> str:
    """URL of an operation under the subscription and region it runs in."""
    return (
        f"{call.base}/subscriptions/{call.id.subscription}/providers/Microsoft.Network/locations/"
        f"{location}/{kind}/{operation.id}?api-version={call.api_version}"
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
    call: Call,
    holds: list[str],
    finish: Callable[[], None],
    failure: ArmError | None = None,
) -> Operation:
    return call.azure.operations.start(holds, finish, lambda: Answer(204), failure)


def _fail(resource: Resource) -> None:
    resource["properties"]["provisioningState"] = "Failed"
