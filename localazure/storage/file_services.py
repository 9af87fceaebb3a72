"""The file service of a storage account, without its shares.

Recorded: azure-mgmt-storage-11.2.0 test_cli_mgmt_storage (PUT 200; GET with the account's SKU).
That shares are kept for seven days after deletion by default: Microsoft, "Enable soft
delete on Azure file shares".
"""

from __future__ import annotations

from typing import Any, ClassVar

from localazure.errors.base import NotModelled
from localazure.server.api_versions import STORAGE, Versions
from localazure.server.request import Request
from localazure.server.response import Response
from localazure.state.store import Resource
from localazure.storage.new_accounts import ACCOUNTS
from localazure.types.base import ResourceType, check_scope, check_writable, written_id

_ONLY = "default"
_PLAIN: dict[str, Any] = {
    "cors": {"corsRules": []},
    "shareDeleteRetentionPolicy": {"enabled": True, "days": 7},
}


class FileServices(ResourceType):
    """Microsoft.Storage/storageAccounts/fileServices: every account has one."""

    type = f"{ACCOUNTS}/fileServices"
    versions: ClassVar[Versions] = STORAGE

    def list(self, request: Request) -> Response:
        check_scope(request)
        return Response(200, {"value": [_shown(request, str(request.id.parent))]})

    def get(self, request: Request) -> Response:
        check_scope(request)
        _check_name(request)
        return Response(200, _shown(request, str(request.id.parent)))

    def put(self, request: Request) -> Response:
        check_writable(request)
        _check_name(request)
        resource: Resource = {
            "id": written_id(request, self.type),
            "name": _ONLY,
            "type": self.type,
            "properties": request.content().get("properties") or {},
        }
        request.azure.store.put(resource)
        return Response(200, resource)


def _shown(request: Request, account_id: str) -> Resource:
    account = request.azure.store.find(account_id) or {}
    service = request.azure.store.find(f"{account_id}/fileServices/{_ONLY}")
    return {
        "sku": account.get("sku"),
        "id": f"{account.get('id')}/fileServices/{_ONLY}",
        "name": _ONLY,
        "type": FileServices.type,
        "properties": _PLAIN if service is None else service["properties"],
    }


def _check_name(request: Request) -> None:
    if request.id.name != _ONLY:
        raise NotModelled(f"{FileServices.type} of another name than {_ONLY}")
