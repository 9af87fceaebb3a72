"""Subnets and security rules: parts with ids, written one by one, living in their network or group.

Recorded: azure-mgmt-network-17.1.0 test_network (subnets), azure-mgmt-network-10.2.0
test_network_security_groups (rules); 404 `NotFound` of a missing part: errors/recorded_errors.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from localazure.answer import Answer, Call
from localazure.api_versions import NETWORK, Versions
from localazure.arm_id import key
from localazure.errors.gateway import ResourceNotFound
from localazure.errors.network import NetworkNotFound
from localazure.links import links_of, relink
from localazure.parts import SUBNETS, new_etag, part_of, put_part
from localazure.store import Resource
from localazure.types.base import ResourceType, check_writable, nested_name
from localazure.types.network import accepted, async_headers, remove_flow_logs
from localazure.types.security_rules import GROUPS, build_rule
from localazure.types.virtual_networks import build_subnet, check_subnet, check_unused


class Parts(ResourceType):
    """A type whose resources live in a list of another one."""

    versions: ClassVar[Versions] = NETWORK
    collection: ClassVar[str]

    def get(self, call: Call) -> Answer:
        return Answer(200, self._existing_part(call, self._holder(call)))

    def list(self, call: Call) -> Answer:
        return Answer(200, {"value": self._holder(call)["properties"].get(self.collection, [])})

    def put(self, call: Call) -> Answer:
        check_writable(call)
        holder = self._holder(call)
        call.azure.operations.check_free([key(holder["id"])])
        present = part_of(holder, self.collection, call.id.name)
        call.azure.store.changing(holder["id"])
        holder["etag"] = new_etag()
        part = self.build(call, holder)
        self._change(call, holder, lambda: put_part(holder, self.collection, part))

        def settle() -> None:
            holder["etag"] = part["etag"] = new_etag()
            part["properties"]["provisioningState"] = "Succeeded"

        operation = call.azure.operations.start([key(holder["id"])], settle, lambda: Answer(204))
        headers = async_headers(call, holder["location"], operation)
        return Answer(201 if present is None else 200, part, headers)

    def delete(self, call: Call) -> Answer:
        holder = self._holder(call)
        part = part_of(holder, self.collection, call.id.name)
        if part is None:
            return Answer(204)
        self.check_removable(part)

        def remove() -> None:
            call.azure.store.changing(holder["id"])
            remove_flow_logs(call.azure.store, part)
            holder["etag"] = new_etag()
            self._change(call, holder, lambda: holder["properties"][self.collection].remove(part))

        operation = call.azure.operations.start([key(holder["id"])], remove, lambda: Answer(204))
        return accepted(call, holder["location"], operation)

    def build(self, call: Call, holder: Resource) -> Resource:
        """The part, from the request and what Azure fills in."""
        raise NotImplementedError

    def check_removable(self, part: Resource) -> None:
        """Raises what Azure refuses about a removal."""

    def _holder(self, call: Call) -> Resource:
        store, parent = call.azure.store, call.id.parent
        holder = store.find(str(parent))
        if holder is None:
            check_writable(call)
            raise ResourceNotFound(nested_name(call), str(call.id.group))
        return holder

    def _existing_part(self, call: Call, holder: Resource) -> Resource:
        part = part_of(holder, self.collection, call.id.name)
        if part is None:
            raise NetworkNotFound(str(call.id))
        return part

    def _change(self, call: Call, holder: Resource, change: Callable[[], None]) -> None:
        before = list(links_of(holder))
        change()
        call.azure.store.put(holder)
        relink(call.azure.store, before, list(links_of(holder)))


class Subnets(Parts):
    """Microsoft.Network/virtualNetworks/subnets."""

    type = SUBNETS
    collection: ClassVar[str] = "subnets"

    def build(self, call: Call, holder: Resource) -> Resource:
        check_subnet(call.content().get("properties") or {})
        return build_subnet(call, holder, holder, call.id.name, call.content(), "Updating")

    def check_removable(self, part: Resource) -> None:
        check_unused(part)


class SecurityRules(Parts):
    """Microsoft.Network/networkSecurityGroups/securityRules."""

    type = f"{GROUPS}/securityRules"
    collection: ClassVar[str] = "securityRules"

    def build(self, call: Call, holder: Resource) -> Resource:
        properties = call.content().get("properties") or {}
        return build_rule(holder, call.id.name, properties, "Updating")
