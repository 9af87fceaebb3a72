"""Blob service, containers and lifecycle rules of a storage account.

Recorded: azure-mgmt-storage-11.2.0 test_cli_mgmt_storage (blob service and lifecycle rules PUT 200,
GET 200, DELETE 200; the rules are named `DefaultManagementPolicy` while their id ends in
`/default`; a container with its immutability). Containers come with the estate and are listed; the
blobs in them are not modelled. Container soft delete (`containerDeleteRetentionPolicy`, REST page
"Blob Services - Set Service Properties") is kept as it was sent. The rules that Azure itself writes
are in lifecycle.py.
"""

from __future__ import annotations

from typing import Any, ClassVar

from localazure.answer import TEXT, Answer, Call
from localazure.api_versions import STORAGE, Versions
from localazure.errors.base import NotModelled
from localazure.errors.gateway import ParentResourceNotFound
from localazure.errors.storage import ManagementPolicyNotFound
from localazure.lifecycle import POLICIES
from localazure.store import Resource
from localazure.times import stamp
from localazure.types.base import ResourceType, check_scope, check_writable, removed, written_id
from localazure.types.storage_accounts import ACCOUNTS

SERVICES = f"{ACCOUNTS}/blobServices"
CONTAINERS = f"{SERVICES}/containers"

_ONLY = "default"
"""Name of the one blob service and of the one set of rules."""


class _Only(ResourceType):
    """What an account has exactly one of."""

    versions: ClassVar[Versions] = STORAGE

    def list(self, call: Call) -> Answer:
        raise NotModelled(f"lists of {self.type}")

    def put(self, call: Call) -> Answer:
        check_writable(call)
        self._check_name(call)
        resource: Resource = {
            "id": written_id(call, self.type),
            "name": self.shown_name,
            "type": self.type,
            "properties": self.added(call.content().get("properties") or {}),
        }
        call.azure.store.put(resource)
        return Answer(200, resource)

    def added(self, properties: dict[str, Any]) -> dict[str, Any]:
        """The properties with what Azure adds to them."""
        return properties

    def complete(self, resource: Resource) -> None:
        resource.setdefault("type", self.type)
        resource["name"] = self.shown_name
        resource.setdefault("properties", {})

    @property
    def shown_name(self) -> str:
        return _ONLY

    def _check_name(self, call: Call) -> None:
        if call.id.name != _ONLY:
            raise NotModelled(f"{self.type} of another name than {_ONLY}")


class BlobServices(_Only):
    """Microsoft.Storage/storageAccounts/blobServices: every account has one."""

    type = SERVICES

    def existing(self, call: Call) -> Resource:
        check_scope(call)
        self._check_name(call)
        found = call.azure.store.find(call.id)
        account = call.azure.store.find(str(call.id.parent)) or {}
        plain: Resource = {
            "sku": account.get("sku"),
            "id": f"{account.get('id')}/blobServices/{_ONLY}",
            "name": _ONLY,
            "type": SERVICES,
            "properties": {"cors": {"corsRules": []}, "deleteRetentionPolicy": {"enabled": False}},
        }
        held = {} if found is None else dict(found["properties"])
        if held.get("isVersioningEnabled") is False:
            del held["isVersioningEnabled"]  # recorded: a GET leaves it out
        return {**plain, "properties": plain["properties"] | held}


class Containers(ResourceType):
    """Microsoft.Storage/storageAccounts/blobServices/containers, to be listed."""

    type = CONTAINERS
    versions: ClassVar[Versions] = STORAGE

    def list(self, call: Call) -> Answer:
        service = call.id.parent
        account = None if service is None else service.parent
        if account is None or call.azure.store.find(account) is None:
            raise ParentResourceNotFound(call.id.names[0])
        return Answer(200, {"value": call.azure.store.of_type(CONTAINERS, account)})

    def get(self, call: Call) -> Answer:
        raise NotModelled("single containers")

    def complete(self, resource: Resource) -> None:
        resource.setdefault("type", self.type)
        properties = resource.setdefault("properties", {})
        properties.setdefault("publicAccess", "None")
        properties.setdefault("hasImmutabilityPolicy", False)
        properties.setdefault("hasLegalHold", False)


class ManagementPolicies(_Only):
    """Microsoft.Storage/storageAccounts/managementPolicies: the lifecycle rules."""

    type = POLICIES

    @property
    def shown_name(self) -> str:
        return "DefaultManagementPolicy"

    def existing(self, call: Call) -> Resource:
        check_scope(call)
        found = call.azure.store.find(call.id)
        if found is None:
            raise ManagementPolicyNotFound(call.id.names[0])
        return found

    def added(self, properties: dict[str, Any]) -> dict[str, Any]:
        now = stamp()
        return {**properties, "lastModifiedTime": now}

    def delete(self, call: Call) -> Answer:
        check_scope(call)
        return Answer(204) if removed(call) is None else Answer(200, content_type=TEXT)
