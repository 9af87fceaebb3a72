"""The file service of a storage account, without its shares.

Recorded: azure-mgmt-storage-11.2.0 test_cli_mgmt_storage (PUT 200; GET with the account's SKU).
That shares are kept for seven days after deletion unless told otherwise: Microsoft, "Enable soft
delete on Azure file shares".
"""

from __future__ import annotations

from typing import Any, ClassVar

from localazure.answer import Answer, Call
from localazure.api_versions import STORAGE, Versions
from localazure.errors.base import NotModelled
from localazure.store import Resource
from localazure.types.base import ResourceType, check_scope, check_writable, written_id
from localazure.types.storage_accounts import ACCOUNTS

_ONLY = "default"
_PLAIN: dict[str, Any] = {
    "cors": {"corsRules": []},
    "shareDeleteRetentionPolicy": {"enabled": True, "days": 7},
}


class FileServices(ResourceType):
    """Microsoft.Storage/storageAccounts/fileServices: every account has one."""

    type = f"{ACCOUNTS}/fileServices"
    versions: ClassVar[Versions] = STORAGE

    def list(self, call: Call) -> Answer:
        check_scope(call)
        return Answer(200, {"value": [_shown(call, str(call.id.parent))]})

    def get(self, call: Call) -> Answer:
        check_scope(call)
        _check_name(call)
        return Answer(200, _shown(call, str(call.id.parent)))

    def put(self, call: Call) -> Answer:
        check_writable(call)
        _check_name(call)
        resource: Resource = {
            "id": written_id(call, self.type),
            "name": _ONLY,
            "type": self.type,
            "properties": call.content().get("properties") or {},
        }
        call.azure.store.put(resource)
        return Answer(200, resource)


def _shown(call: Call, account_id: str) -> Resource:
    account = call.azure.store.find(account_id) or {}
    found = call.azure.store.find(f"{account_id}/fileServices/{_ONLY}")
    return {
        "sku": account.get("sku"),
        "id": f"{account.get('id')}/fileServices/{_ONLY}",
        "name": _ONLY,
        "type": FileServices.type,
        "properties": _PLAIN if found is None else found["properties"],
    }


def _check_name(call: Call) -> None:
    if call.id.name != _ONLY:
        raise NotModelled(f"{FileServices.type} of another name than {_ONLY}")
