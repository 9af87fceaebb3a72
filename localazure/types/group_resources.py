"""What is in a resource group: REST page "Resources - List By Resource Group", without filters."""

from __future__ import annotations

from localazure.answer import Answer, Call
from localazure.api_versions import RESOURCES, check_version
from localazure.arm_id import ArmId
from localazure.errors.base import NotModelled
from localazure.errors.gateway import ResourceGroupNotFound
from localazure.types.base import check_scope

_SHOWN = ("id", "name", "type", "location", "tags", "kind", "sku", "managedBy")


class GroupResources:
    """The resources of a group that have a location; others are parts of them."""

    def action(self, call: Call) -> str:
        """The right to see what is in a group."""
        return "Microsoft.Resources/subscriptions/resourceGroups/resources/read"

    def answer(self, call: Call) -> Answer:
        """One page of everything. Raises NotModelled for a filter."""
        check_version(call.query.get("api-version"), RESOURCES, None)
        if "$filter" in call.query:
            raise NotModelled("a filter on the resources of a group")
        check_scope(call)
        group = ArmId(call.id.subscription, call.words["group"])
        if call.azure.store.find(group) is None:
            raise ResourceGroupNotFound(group.name)
        listed = [
            {name: resource[name] for name in _SHOWN if name in resource}
            for resource in call.azure.store.inside(group)
            if "location" in resource
        ]
        return Answer(200, {"value": listed})
