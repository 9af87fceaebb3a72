"""Resource groups.

Recorded: azure-libraries-for-net CreateUpdate (create 201, delete 202 with `Location`, then 202 and
200; 404 `ResourceGroupNotFound`), errors/recorded_errors (409 when something cannot go).
"""

from __future__ import annotations

import base64
import json
from typing import ClassVar

from localazure.answer import Answer, Call
from localazure.api_versions import RESOURCES, Versions, check_version
from localazure.arm_id import GROUP_TYPE, key, parse_resource, region
from localazure.errors.base import ArmError, NotModelled
from localazure.errors.gateway import (
    InvalidResourceGroupLocation,
    ResourceGroupDeletionTimeout,
    ResourceGroupNotFound,
    SubscriptionNotFound,
)
from localazure.query_options import conditions
from localazure.store import Resource
from localazure.types.base import VERBS, ResourceType, check_scope, check_writable, placed
from localazure.types.listed_resources import has_tag
from localazure.types.removal import kept_by_others, remove_all


class ResourceGroups(ResourceType):
    """Microsoft.Resources/resourceGroups, by its own path and not below a provider."""

    type = GROUP_TYPE
    options: ClassVar[frozenset[str]] = frozenset({"$filter"})
    versions: ClassVar[Versions] = RESOURCES

    def action(self, call: Call) -> str:
        return f"Microsoft.Resources/subscriptions/resourceGroups/{VERBS[call.method]}"

    def answer(self, call: Call) -> Answer:
        check_version(call, self.versions, None)
        match call.method:
            case "HEAD":
                self.existing(call)
                return Answer(204)
            case "GET" if call.id.group is None:
                return self._all(call)
        return super().answer(call)

    def existing(self, call: Call) -> Resource:
        check_scope(call)
        group = call.azure.store.find(call.id)
        if group is None:
            raise ResourceGroupNotFound(str(call.id.group))
        return group

    def put(self, call: Call) -> Answer:
        before = call.azure.store.find(call.id)
        location = placed(call, None)
        if before is None:
            return self._create(call, location)
        check_writable(call)
        asked = str(call.content()["location"])
        if location != region(before["location"]):
            raise InvalidResourceGroupLocation(asked, before["location"])
        return self.patch(call)

    def patch(self, call: Call) -> Answer:
        group = self.existing(call)
        call.azure.store.changing(group["id"])
        if isinstance(call.content().get("tags"), dict):
            group["tags"] = dict(call.content()["tags"])
        call.azure.store.put(group)
        return Answer(200, group)

    def delete(self, call: Call) -> Answer:
        group = self.existing(call)
        store = call.azure.store
        kept = kept_by_others(store, group["id"])
        failure: ArmError | None = call.late_failure
        if kept is not None:
            failure = ResourceGroupDeletionTimeout(group["name"], _short(kept))
        store.changing(group["id"])
        group["properties"]["provisioningState"] = "Deleting"

        def settle() -> None:
            if failure is None:
                remove_all(store, group["id"])
            else:
                group["properties"]["provisioningState"] = "Succeeded"

        operation = call.azure.operations.start(
            [key(group["id"])], settle, lambda: Answer(200), failure
        )
        token = _token(group, operation.id)
        url = f"{call.base}/subscriptions/{call.id.subscription}/operationresults/{token}"
        headers = {
            "Location": f"{url}?api-version={call.api_version}",
            "Retry-After": call.azure.operations.retry_after(),
        }
        return Answer(202, None, headers)

    def post(self, call: Call) -> Answer:
        raise NotModelled("actions of resource groups")

    def complete(self, resource: Resource) -> None:
        resource.setdefault("type", GROUP_TYPE)
        properties = resource.setdefault("properties", {})
        properties.setdefault("provisioningState", "Succeeded")

    def _all(self, call: Call) -> Answer:
        subscription = f"/subscriptions/{call.id.subscription}"
        check_scope(call)
        asked = conditions(call, ("tagName", "tagValue"))
        found = call.azure.store.of_type(GROUP_TYPE, subscription)
        return Answer(200, {"value": [group for group in found if has_tag(group, asked)]})

    def _create(self, call: Call, location: str) -> Answer:
        subscription = call.id.subscription
        if call.azure.store.find(f"/subscriptions/{subscription}") is None:
            raise SubscriptionNotFound(subscription)
        group: Resource = {
            "id": str(call.id),
            "name": call.id.name,
            "type": GROUP_TYPE,
            "location": location,
        }
        if isinstance(call.content().get("tags"), dict):
            group["tags"] = dict(call.content()["tags"])
        group["properties"] = {"provisioningState": "Succeeded"}
        call.azure.store.put(group)
        return Answer(201, group)


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
