"""Parts of a network resource that have ids: written one by one, living in a list of their holder.

Recorded: azure-mgmt-network-17.1.0 base.test_network (subnets, peerings), azure-mgmt-network-10.2.0
test_network_security_groups (rules); 404 `NotFound` of a missing part: errors/recorded_errors.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from localazure.errors.gateway import ResourceNotFound
from localazure.errors.network import NetworkNotFound
from localazure.network.network_type import accepted, async_headers, remove_flow_logs
from localazure.server.api_versions import NETWORK, Versions
from localazure.server.request import Request
from localazure.server.response import Response
from localazure.state.arm_id import key
from localazure.state.links import links_of, relink
from localazure.state.store import Resource
from localazure.state.subresources import new_etag, part_of, put_part
from localazure.types.base import ResourceType, check_writable, nested_name


class Parts(ResourceType):
    """A type whose resources live in a list of another one."""

    versions: ClassVar[Versions] = NETWORK
    collection: ClassVar[str]

    def get(self, request: Request) -> Response:
        return Response(200, self._existing_part(request, self._holder(request)))

    def list(self, request: Request) -> Response:
        return Response(
            200, {"value": self._holder(request)["properties"].get(self.collection, [])}
        )

    def put(self, request: Request) -> Response:
        check_writable(request)
        holder = self._holder(request)
        request.azure.operations.check_free([key(holder["id"])])
        self.check(request, holder)
        present = part_of(holder, self.collection, request.id.name)
        request.azure.store.changing(holder["id"])
        holder["etag"] = new_etag()
        part = self.build(request, holder)
        self._change(request, holder, lambda: put_part(holder, self.collection, part))

        def settle() -> None:
            holder["etag"] = part["etag"] = new_etag()
            part["properties"]["provisioningState"] = "Succeeded"

        operation = request.azure.operations.start(
            [key(holder["id"])], settle, lambda: Response(204)
        )
        headers = async_headers(request, holder["location"], operation)
        return Response(201 if present is None else 200, part, headers)

    def delete(self, request: Request) -> Response:
        holder = self._holder(request)
        part = part_of(holder, self.collection, request.id.name)
        if part is None:
            return Response(204)
        self.check_removable(part)

        def remove() -> None:
            request.azure.store.changing(holder["id"])
            remove_flow_logs(request.azure.store, part)
            self.removed(request, holder, part)
            holder["etag"] = new_etag()
            self._change(
                request, holder, lambda: holder["properties"][self.collection].remove(part)
            )

        operation = request.azure.operations.start(
            [key(holder["id"])], remove, lambda: Response(204)
        )
        return accepted(request, holder["location"], operation)

    def check(self, request: Request, holder: Resource) -> None:
        """Raises what Azure refuses about a write."""

    def removed(self, request: Request, holder: Resource, part: Resource) -> None:
        """Called as a part goes."""

    def build(self, request: Request, holder: Resource) -> Resource:
        """The part, from the request and what Azure fills in."""
        raise NotImplementedError

    def check_removable(self, part: Resource) -> None:
        """Raises what Azure refuses about a removal."""

    def _holder(self, request: Request) -> Resource:
        store, parent = request.azure.store, request.id.parent
        holder = store.find(str(parent))
        if holder is None:
            check_writable(request)
            raise ResourceNotFound(nested_name(request), str(request.id.group))
        return holder

    def _existing_part(self, request: Request, holder: Resource) -> Resource:
        part = part_of(holder, self.collection, request.id.name)
        if part is None:
            raise NetworkNotFound(str(request.id))
        return part

    def _change(self, request: Request, holder: Resource, change: Callable[[], None]) -> None:
        before = list(links_of(holder))
        change()
        request.azure.store.put(holder)
        relink(request.azure.store, before, list(links_of(holder)))
