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
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

from localazure.errors.base import NotModelled
from localazure.errors.gateway import InvalidParameter, ResourceNotFound
from localazure.errors.monitor import WorkspaceNameNotUnique
from localazure.operationalinsights.query import answer, tables_of
from localazure.operationalinsights.traffic_analytics import utc_now
from localazure.server.api_versions import WORKSPACES as VERSIONS
from localazure.server.api_versions import Versions
from localazure.server.request import Request
from localazure.server.response import Response
from localazure.state.arm_id import key, region
from localazure.state.store import Resource, Store
from localazure.state.times import duration, stamp
from localazure.types.base import (
    ResourceType,
    check_scope,
    check_writable,
    placed,
    removed,
    written_id,
)
from localazure.types.body_shape import check_shape

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

    def action(self, request: Request) -> str | None:
        """A query is a read (azure-docs, manage-access: `workspaces/query/read`)."""
        query = request.method == "POST" and request.id.types[-1].casefold() == "query"
        return f"{self.type}/query/read" if query else super().action(request)

    def post(self, request: Request) -> Response:
        if request.id.types[-1].casefold() != "query":
            return super().post(request)
        check_shape(request.content(), {"query": str, "timespan": str})
        check_scope(request)
        content, store, now = request.content(), request.azure.store, utc_now()
        workspace = store.find(str(request.id.parent))
        if workspace is None:
            raise ResourceNotFound(f"{WORKSPACES}/{request.id.names[0]}", str(request.id.group))
        span = _span(content["timespan"]) if "timespan" in content else None
        tables = tables_of(store, workspace, span, now)
        functions = _functions(store, workspace)
        return Response(200, answer(str(content.get("query", "")), tables, functions, now))

    def put(self, request: Request) -> Response:
        check_writable(request)
        if not _NAME.fullmatch(request.id.name):
            raise InvalidParameter("workspaceName", request.id.name, _NAME.pattern)
        before = request.azure.store.find(request.id)
        location = placed(request, before)
        check_shape(request.content(), _SHAPE)
        if before is not None:
            return self._change(request, before)
        if request.azure.store.deleted_regions.get(key(str(request.id)), location) != location:
            raise WorkspaceNameNotUnique(request.id.name)
        request.azure.store.deleted_regions.pop(key(str(request.id)), None)
        workspace = _new_workspace(request, location)
        request.azure.store.put(workspace)
        self._settle_later(request, workspace)
        return Response(201, workspace)

    def patch(self, request: Request) -> Response:
        check_shape(request.content(), _SHAPE)
        return self._change(request, self.existing(request))

    def delete(self, request: Request) -> Response:
        check_scope(request)
        workspace = removed(request)
        if workspace is None:
            return Response(204)
        if request.query.get("force", "").casefold() != "true":
            own, store = key(workspace["id"]), request.azure.store
            store.deleted[own] = workspace["properties"]["customerId"]
            store.deleted_regions[own] = region(workspace["location"])
        return Response(200)

    def complete(self, resource: Resource) -> None:
        resource.setdefault("type", self.type)
        properties = resource.setdefault("properties", {})
        properties.setdefault("customerId", str(uuid.uuid4()))
        properties.setdefault("provisioningState", "Succeeded")
        properties.setdefault("retentionInDays", 30)
        properties.setdefault("sku", {"name": "PerGB2018"})

    def _change(self, request: Request, workspace: Resource) -> Response:
        body = request.content()
        properties = body.get("properties") or {}
        request.azure.store.changing(workspace["id"])
        workspace["properties"] |= _settable(properties)
        if isinstance(body.get("tags"), dict):
            workspace["tags"] = dict(body["tags"])
        request.azure.store.put(workspace)
        return Response(200, workspace)

    def _settle_later(self, request: Request, workspace: Resource) -> None:
        properties = workspace["properties"]

        def settle() -> None:
            failed = request.late_failure is not None
            properties["provisioningState"] = "Failed" if failed else "Succeeded"

        holds = [key(workspace["id"])]
        request.azure.operations.start(holds, settle, lambda: Response(200, workspace))


def _new_workspace(request: Request, location: str) -> Resource:
    body = request.content()
    id_ = written_id(request, WORKSPACES)
    now = stamp()
    recovered = request.azure.store.deleted.pop(key(id_), None)
    properties = _settable(body.get("properties") or {})
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
            **properties,
            "provisioningState": "Creating",
            "createdDate": now,
            "modifiedDate": now,
        },
        "id": id_,
        "name": request.id.name,
        "type": WORKSPACES,
        "location": location,
    }
    if isinstance(body.get("tags"), dict):
        workspace["tags"] = dict(body["tags"])
    return workspace


def _functions(store: Store, workspace: Resource) -> dict[str, str]:
    """Texts of the saved functions of a workspace, by alias, their parameters at the defaults."""
    saved = store.of_type(f"{WORKSPACES}/savedSearches", workspace["id"])
    searches = (search["properties"] for search in saved)
    return {
        each["functionAlias"]: f"{_defaults(each)}{each['query']}"
        for each in searches
        if each.get("functionAlias")
    }


def _defaults(search: Mapping[str, Any]) -> str:
    """`let` statements for the parameters of a function; calls with arguments are not modelled."""
    declared = re.findall(r"(\w+)\s*:\s*\w+\s*=\s*([^,]+)", search.get("functionParameters") or "")
    return "".join(f"let {name} = {default};\n" for name, default in declared)


def _span(text: str) -> timedelta:
    span = duration(text)
    if span is None:
        raise NotModelled(f"the timespan {text}")
    return span


def _settable(properties: dict[str, Any]) -> dict[str, Any]:
    """Properties that a request may set, with Azure's additions."""
    now = stamp()
    fixed = ("customerId", "provisioningState", "createdDate", "source")
    settings = {name: value for name, value in properties.items() if name not in fixed}
    if settings.get("sku"):
        name = str(settings["sku"].get("name", "PerGB2018"))
        name = "pergb2018" if name.casefold() in _OLD_SKUS else name
        settings["sku"] = {"name": name, "lastSkuUpdate": now}
    if "workspaceCapping" in settings:
        settings["workspaceCapping"] = _capping(settings["workspaceCapping"] or {}, now)
    return settings


def _capping(given: dict[str, Any], now: str) -> dict[str, Any]:
    quota = given.get("dailyQuotaGb")
    return {
        "dailyQuotaGb": -1.0 if quota is None else float(quota),
        "quotaNextResetTime": now,
        "dataIngestionStatus": "RespectQuota",
    }
