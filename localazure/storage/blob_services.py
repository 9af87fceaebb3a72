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

from localazure.errors.base import NotModelled
from localazure.errors.gateway import ParentResourceNotFound
from localazure.errors.storage import ManagementPolicyNotFound
from localazure.server.api_versions import STORAGE, Versions
from localazure.server.request import Request
from localazure.server.response import TEXT, Response
from localazure.state.store import Resource
from localazure.state.times import stamp
from localazure.storage.lifecycle import POLICIES
from localazure.storage.new_accounts import ACCOUNTS
from localazure.types.base import ResourceType, check_scope, check_writable, removed, written_id

SERVICES = f"{ACCOUNTS}/blobServices"
CONTAINERS = f"{SERVICES}/containers"

_ONLY = "default"
"""Name of the one blob service and of the one set of rules."""


class _Only(ResourceType):
    """A type of which every account has exactly one resource."""

    versions: ClassVar[Versions] = STORAGE

    def list(self, request: Request) -> Response:
        raise NotModelled(f"lists of {self.type}")

    def put(self, request: Request) -> Response:
        check_writable(request)
        self._check_name(request)
        resource: Resource = {
            "id": written_id(request, self.type),
            "name": self.shown_name,
            "type": self.type,
            "properties": self.added(request.content().get("properties") or {}),
        }
        request.azure.store.put(resource)
        return Response(200, resource)

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

    def _check_name(self, request: Request) -> None:
        if request.id.name != _ONLY:
            raise NotModelled(f"{self.type} of another name than {_ONLY}")


class BlobServices(_Only):
    """Microsoft.Storage/storageAccounts/blobServices: every account has one."""

    type = SERVICES

    def existing(self, request: Request) -> Resource:
        check_scope(request)
        self._check_name(request)
        resource = request.azure.store.find(request.id)
        account = request.azure.store.find(str(request.id.parent)) or {}
        plain: Resource = {
            "sku": account.get("sku"),
            "id": f"{account.get('id')}/blobServices/{_ONLY}",
            "name": _ONLY,
            "type": SERVICES,
            "properties": {"cors": {"corsRules": []}, "deleteRetentionPolicy": {"enabled": False}},
        }
        properties = {} if resource is None else dict(resource["properties"])
        if properties.get("isVersioningEnabled") is False:
            del properties["isVersioningEnabled"]  # recorded: a GET leaves it out
        return {**plain, "properties": plain["properties"] | properties}


class Containers(ResourceType):
    """Microsoft.Storage/storageAccounts/blobServices/containers, to be listed."""

    type = CONTAINERS
    versions: ClassVar[Versions] = STORAGE

    def list(self, request: Request) -> Response:
        service = request.id.parent
        account = None if service is None else service.parent
        if account is None or request.azure.store.find(account) is None:
            raise ParentResourceNotFound(request.id.names[0])
        return Response(200, {"value": request.azure.store.of_type(CONTAINERS, account)})

    def get(self, request: Request) -> Response:
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

    def existing(self, request: Request) -> Resource:
        check_scope(request)
        resource = request.azure.store.find(request.id)
        if resource is None:
            raise ManagementPolicyNotFound(request.id.names[0])
        return resource

    def added(self, properties: dict[str, Any]) -> dict[str, Any]:
        now = stamp()
        return {**properties, "lastModifiedTime": now}

    def delete(self, request: Request) -> Response:
        check_scope(request)
        return Response(204) if removed(request) is None else Response(200, content_type=TEXT)
