"""Log Analytics workspaces.

Recorded: azure-mgmt-monitor-3.0.0 test_scheduled_query_rules (created 201 `Creating`, without an
operation to poll; `PerNode` becomes `pergb2018`). A deleted workspace comes back, with its GUID,
when it is made again in the same place, and its name is refused in another region (azure-cli
#11916); `force=true` deletes for good (REST page "Workspaces - Delete"). That this ends after 14
days is not modelled: there is no clock here.
"""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any, ClassVar

from localazure.answer import Answer, Call
from localazure.api_versions import WORKSPACES as VERSIONS
from localazure.api_versions import Versions
from localazure.arm_id import key, region
from localazure.errors.base import NotModelled
from localazure.errors.gateway import InvalidParameter, ResourceNotFound
from localazure.errors.monitor import WorkspaceNameNotUnique
from localazure.shape import check_shape
from localazure.store import Resource, Store
from localazure.times import duration, stamp
from localazure.traffic_analytics import rows, utc_now, within
from localazure.types.base import (
    ResourceType,
    check_scope,
    check_writable,
    placed,
    removed,
    written_id,
)
from localazure.workspace_query import answer

WORKSPACES = "Microsoft.OperationalInsights/workspaces"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]")
_OLD_SKUS = {"pernode", "standard", "premium", "free"}
_SHAPE = {
    "tags": {"*": str},
    "properties": {
        "retentionInDays": int,
        "sku": {"name": str},
        "workspaceCapping": {"dailyQuotaGb": float},
    },
}


class Workspaces(ResourceType):
    """Microsoft.OperationalInsights/workspaces."""

    type = WORKSPACES
    versions: ClassVar[Versions] = VERSIONS
    options: ClassVar[frozenset[str]] = frozenset({"force"})

    def action(self, call: Call) -> str | None:
        """A query is a read (azure-docs, manage-access: `workspaces/query/read`)."""
        query = call.method == "POST" and call.id.types[-1].casefold() == "query"
        return f"{self.type}/query/read" if query else super().action(call)

    def post(self, call: Call) -> Answer:
        if call.id.types[-1].casefold() != "query":
            return super().post(call)
        check_shape(call.content(), {"query": str, "timespan": str})
        check_scope(call)
        asked, store, now = call.content(), call.azure.store, utc_now()
        workspace = store.find(str(call.id.parent))
        if workspace is None:
            raise ResourceNotFound(f"{WORKSPACES}/{call.id.names[0]}", str(call.id.group))
        found = rows(store, workspace, now)
        if "timespan" in asked:
            found = within(found, _span(asked["timespan"]), now)
        functions = _functions(store, workspace)
        return Answer(200, answer(str(asked.get("query", "")), found, functions, now))

    def put(self, call: Call) -> Answer:
        check_writable(call)
        if not _NAME.fullmatch(call.id.name):
            raise InvalidParameter("workspaceName", call.id.name, _NAME.pattern)
        before = call.azure.store.find(call.id)
        location = placed(call, before)
        check_shape(call.content(), _SHAPE)
        if before is not None:
            return self._change(call, before)
        if call.azure.store.deleted_regions.get(key(str(call.id)), location) != location:
            raise WorkspaceNameNotUnique(call.id.name)
        call.azure.store.deleted_regions.pop(key(str(call.id)), None)
        workspace = _new_workspace(call, location)
        call.azure.store.put(workspace)
        self._settle_later(call, workspace)
        return Answer(201, workspace)

    def patch(self, call: Call) -> Answer:
        check_shape(call.content(), _SHAPE)
        return self._change(call, self.existing(call))

    def delete(self, call: Call) -> Answer:
        check_scope(call)
        workspace = removed(call)
        if workspace is None:
            return Answer(204)
        if call.query.get("force", "").casefold() != "true":
            own, store = key(workspace["id"]), call.azure.store
            store.deleted[own] = workspace["properties"]["customerId"]
            store.deleted_regions[own] = region(workspace["location"])
        return Answer(200)

    def complete(self, resource: Resource) -> None:
        resource.setdefault("type", self.type)
        properties = resource.setdefault("properties", {})
        properties.setdefault("customerId", str(uuid.uuid4()))
        properties.setdefault("provisioningState", "Succeeded")
        properties.setdefault("retentionInDays", 30)
        properties.setdefault("sku", {"name": "PerGB2018"})

    def _change(self, call: Call, workspace: Resource) -> Answer:
        body = call.content()
        asked = body.get("properties") or {}
        call.azure.store.changing(workspace["id"])
        workspace["properties"] |= _settable(asked)
        if isinstance(body.get("tags"), dict):
            workspace["tags"] = dict(body["tags"])
        call.azure.store.put(workspace)
        return Answer(200, workspace)

    def _settle_later(self, call: Call, workspace: Resource) -> None:
        properties = workspace["properties"]

        def settle() -> None:
            failed = call.late_failure is not None
            properties["provisioningState"] = "Failed" if failed else "Succeeded"

        holds = [key(workspace["id"])]
        call.azure.operations.start(holds, settle, lambda: Answer(200, workspace))


def _new_workspace(call: Call, location: str) -> Resource:
    body = call.content()
    id_ = written_id(call, WORKSPACES)
    now = stamp()
    recovered = call.azure.store.deleted.pop(key(id_), None)
    asked = _settable(body.get("properties") or {})
    workspace: Resource = {
        "properties": {
            "source": "Azure",
            "customerId": recovered or str(uuid.uuid4()),
            "retentionInDays": 30,
            "features": {
                "legacy": 0,
                "searchVersion": 1,
                "enableLogAccessUsingOnlyResourcePermissions": True,
            },
            "publicNetworkAccessForIngestion": "Enabled",
            "publicNetworkAccessForQuery": "Enabled",
            "sku": {"name": "PerGB2018", "lastSkuUpdate": now},
            "workspaceCapping": _capping({}, now),
            **asked,
            "provisioningState": "Creating",
            "createdDate": now,
            "modifiedDate": now,
        },
        "id": id_,
        "name": call.id.name,
        "type": WORKSPACES,
        "location": location,
    }
    if isinstance(body.get("tags"), dict):
        workspace["tags"] = dict(body["tags"])
    return workspace


def _functions(store: Store, workspace: Resource) -> dict[str, str]:
    """Texts of the saved functions of a workspace, by alias."""
    saved = store.of_type(f"{WORKSPACES}/savedSearches", workspace["id"])
    held = (search["properties"] for search in saved)
    return {each["functionAlias"]: each["query"] for each in held if each.get("functionAlias")}


def _span(text: str) -> timedelta:
    found = duration(text)
    if found is None:
        raise NotModelled(f"the timespan {text}")
    return found


def _settable(asked: dict[str, Any]) -> dict[str, Any]:
    """What a request may set, with what Azure adds to it."""
    now = stamp()
    fixed = ("customerId", "provisioningState", "createdDate", "source")
    settings = {name: value for name, value in asked.items() if name not in fixed}
    if settings.get("sku"):
        name = str(settings["sku"].get("name", "PerGB2018"))
        name = "pergb2018" if name.casefold() in _OLD_SKUS else name
        settings["sku"] = {"name": name, "lastSkuUpdate": now}
    if "workspaceCapping" in settings:
        settings["workspaceCapping"] = _capping(settings["workspaceCapping"] or {}, now)
    return settings


def _capping(asked: dict[str, Any], now: str) -> dict[str, Any]:
    quota = asked.get("dailyQuotaGb")
    return {
        "dailyQuotaGb": -1.0 if quota is None else float(quota),
        "quotaNextResetTime": now,
        "dataIngestionStatus": "RespectQuota",
    }
