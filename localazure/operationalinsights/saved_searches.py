"""Saved searches and functions of a workspace.

REST pages "Saved Searches": made and changed 200, deleted 200, listed in one page. One that exists
is written over only with its etag, or `*`, in the body (ARM schema 2023-09-01, azure-docs #49275).
That an alias belongs to one function of a workspace is not checked.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from localazure.errors.gateway import InvalidParameter
from localazure.errors.monitor import NewerSavedSearchExists
from localazure.server.api_versions import WORKSPACES as VERSIONS
from localazure.server.api_versions import Versions
from localazure.server.request import Request
from localazure.server.response import Response
from localazure.state.store import Resource
from localazure.types.base import ResourceType, check_scope, check_writable, removed, written_id
from localazure.types.body_shape import check_shape

SAVED_SEARCHES = "Microsoft.OperationalInsights/workspaces/savedSearches"
_REQUIRED = ("category", "displayName", "query")
_SHAPE = {
    "etag": str,
    "properties": {
        **{name: str for name in _REQUIRED},
        "functionAlias": str,
        "functionParameters": str,
    },
}


class SavedSearches(ResourceType):
    """Microsoft.OperationalInsights/workspaces/savedSearches."""

    type = SAVED_SEARCHES
    versions: ClassVar[Versions] = VERSIONS

    def put(self, request: Request) -> Response:
        check_writable(request)
        body = request.content()
        check_shape(body, _SHAPE)
        properties = body.get("properties") or {}
        for name in _REQUIRED:
            if not properties.get(name):
                raise InvalidParameter(f"properties.{name}", "", "a text")
        before = request.azure.store.find(request.id)
        if before is not None and body.get("etag") not in ("*", before["etag"]):
            raise NewerSavedSearchExists
        search: Resource = {
            "id": before["id"] if before else written_id(request, self.type),
            "etag": f"W/\"datetime'{uuid.uuid4()}'\"",
            "name": request.id.name,
            "type": self.type,
            "properties": {"version": 2, **properties},
        }
        request.azure.store.put(search)
        return Response(200, search)

    def delete(self, request: Request) -> Response:
        check_scope(request)
        return Response(204) if removed(request) is None else Response(200)

    def complete(self, resource: Resource) -> None:
        resource.setdefault("type", self.type)
        resource.setdefault("etag", f"W/\"datetime'{uuid.uuid4()}'\"")
        resource.setdefault("properties", {})
