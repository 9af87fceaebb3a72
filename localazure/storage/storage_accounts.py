"""Storage accounts.

Recorded: azure-mgmt-storage-11.2.0 test_storage_accounts (create 202 and poll, lists, PATCH, delete
200), azure-libraries-for-java canCRUDStorageAccount (202 while it lasts), azure-powershell
TestVnetFlowLogWithFiltering (API 2023-05-01: times of the keys, TLS, second region). An update adds
or removes the second region; zones take a conversion of its own (terraform-provider-azurerm #6526,
and which changes make azurerm_storage_account replace it), which is not modelled. Keys are made
up and open nothing. Blob services and lifecycle rules are in blob_services.py.
"""

from __future__ import annotations

import base64
import hashlib
import re
from typing import ClassVar

from localazure.errors.base import NotModelled
from localazure.errors.gateway import ResourceNotFound
from localazure.errors.storage import (
    AccountNameInvalid,
    StorageAccountAlreadyTaken,
    StorageAccountTypeConversionNotAllowed,
    account_name_rule,
)
from localazure.server.api_versions import STORAGE, Versions
from localazure.server.request import Request
from localazure.server.response import TEXT, Response
from localazure.state.arm_id import TENANT, key, same
from localazure.state.store import Resource, Store
from localazure.storage.new_accounts import (
    ACCOUNTS,
    check_redundancy,
    copy,
    merged,
    new_account,
    sku,
)
from localazure.types.base import (
    ResourceType,
    check_scope,
    check_writable,
    placed,
    removed,
)
from localazure.types.body_shape import check_shape

_NAME = re.compile(r"[a-z0-9]{3,24}")
_ZONES = frozenset({"Standard_ZRS", "Standard_GZRS", "Standard_RAGZRS"})
_SHAPE = {
    "sku": {"name": str},
    "kind": str,
    "tags": {"*": str},
    "properties": {
        "supportsHttpsTrafficOnly": bool,
        "allowBlobPublicAccess": bool,
        "allowSharedKeyAccess": bool,
        "minimumTlsVersion": str,
    },
}


class StorageAccounts(ResourceType):
    """Microsoft.Storage/storageAccounts."""

    type = ACCOUNTS
    options: ClassVar[frozenset[str]] = frozenset({"$expand"})
    versions: ClassVar[Versions] = STORAGE

    def put(self, request: Request) -> Response:
        check_writable(request)
        if not _NAME.fullmatch(request.id.name):
            raise AccountNameInvalid(request.id.name)
        store = request.azure.store
        before = store.find(request.id)
        if before is None and taken(store, request.id.name):
            raise StorageAccountAlreadyTaken(request.id.name)
        location = placed(request, before)
        check_shape(request.content(), _SHAPE)
        check_redundancy(request.content(), location)
        if before is not None:
            return self._change(request, before)
        account = new_account(request, location)
        store.put(account)
        return self._accepted(request, account)

    def patch(self, request: Request) -> Response:
        check_shape(request.content(), _SHAPE)
        account = self.existing(request)
        check_redundancy(request.content(), account["location"])
        return self._change(request, account)

    def get(self, request: Request) -> Response:
        _check_expanded(request, None)
        return super().get(request)

    def list(self, request: Request) -> Response:
        _check_expanded(request, None)
        return super().list(request)

    def post(self, request: Request) -> Response:
        """`listKeys`: keys that belong to the account's id alone and open nothing."""
        if request.id.types[-1].casefold() != "listkeys":
            return super().post(request)
        _check_expanded(request, "kerb")  # no account here has keys of Kerberos
        account, store = str(request.id.parent), request.azure.store
        if store.find(request.id.group_id) is not None and store.find(account) is None:
            raise ResourceNotFound(f"{ACCOUNTS}/{request.id.names[0]}", str(request.id.group))
        check_scope(request)
        return Response(200, {"keys": [_key(account, number) for number in (1, 2)]})

    def delete(self, request: Request) -> Response:
        check_scope(request)
        return Response(204) if removed(request) is None else Response(200, content_type=TEXT)

    def complete(self, resource: Resource) -> None:
        resource.setdefault("type", self.type)
        resource.setdefault("kind", "StorageV2")
        resource.setdefault("sku", {"name": "Standard_LRS", "tier": "Standard"})
        properties = resource.setdefault("properties", {})
        properties.setdefault("provisioningState", "Succeeded")

    def _change(self, request: Request, account: Resource) -> Response:
        body = request.content()
        if body.get("sku"):
            _check_conversion(account["sku"]["name"], sku(body)["name"])
        request.azure.store.changing(account["id"])
        account["properties"] = merged(account["properties"], body.get("properties") or {})
        if isinstance(body.get("tags"), dict):
            account["tags"] = dict(body["tags"])
        if body.get("sku"):
            account["sku"] = sku(body)
            copy(account)
        request.azure.store.put(account)
        return Response(200, account)

    def _accepted(self, request: Request, account: Resource) -> Response:
        properties = account["properties"]

        def settle() -> None:
            failed = request.late_failure is not None
            properties["provisioningState"] = "Failed" if failed else "Succeeded"

        operations = request.azure.operations
        operation = operations.start(
            [key(account["id"])],
            settle,
            lambda: Response(200, account),
            request.late_failure,
        )
        url = (
            f"{request.base}/subscriptions/{request.id.subscription}/providers/Microsoft.Storage/"
            f"locations/{account['location']}/asyncoperations/{operation.id}?monitor=true"
            f"&api-version={request.api_version}"
        )
        headers = {"Location": url, "Retry-After": operations.retry_after()}
        return Response(202, None, headers, TEXT)


class NameAvailability:
    """POST …/providers/Microsoft.Storage/checkNameAvailability."""

    def action(self, request: Request) -> str:
        return "Microsoft.Storage/checknameavailability/read"

    def answer(self, request: Request) -> Response:
        check_scope(request)
        name = str(request.content().get("name", ""))
        if not _NAME.fullmatch(name):
            return _unavailable("AccountNameInvalid", account_name_rule(name))
        if taken(request.azure.store, name):
            message = StorageAccountAlreadyTaken(name).message
            return _unavailable("AlreadyExists", message)
        return Response(200, {"nameAvailable": True})


def _check_expanded(request: Request, modelled: str | None) -> None:
    expanded = request.query.get("$expand")
    if expanded not in (None, modelled):
        raise NotModelled(f"'{expanded}' of storage accounts")


def _key(account: str, number: int) -> dict[str, str]:
    digest = hashlib.sha512(f"{key(account)}:{number}".encode()).digest()
    return {
        "keyName": f"key{number}",
        "value": base64.b64encode(digest).decode(),
        "permissions": "FULL",
    }


def _check_conversion(present: str, wanted: str) -> None:
    """Raises for what is more than another number of regions."""
    kinds = [(name.partition("_")[0], name in _ZONES) for name in (present, wanted)]
    if present != wanted and (kinds[0] != kinds[1] or "Standard" not in kinds[0]):
        raise StorageAccountTypeConversionNotAllowed(present, wanted)


def taken(store: Store, name: str) -> bool:
    """True if an account anywhere has the name: they are unique in all of Azure."""
    return any(same(account["name"], name) for account in store.of_type(ACCOUNTS, TENANT))


def _unavailable(reason: str, message: str) -> Response:
    return Response(200, {"nameAvailable": False, "reason": reason, "message": message})
