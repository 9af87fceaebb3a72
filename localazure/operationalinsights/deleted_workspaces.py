"""Workspaces that were deleted and can be recovered.

REST pages "Deleted Workspaces - List" and "- List By Resource Group". Their names come in lower
case here, and of their properties only the GUID.
"""

from __future__ import annotations

from localazure.errors.scopes import ResourceGroupNotFound
from localazure.operationalinsights.workspaces import WORKSPACES
from localazure.server.api_versions import WORKSPACES as VERSIONS
from localazure.server.api_versions import check_version
from localazure.server.request import Request
from localazure.server.response import Response
from localazure.state.arm_id import inside, parse_resource
from localazure.state.store import Resource
from localazure.types.base import check_scope


class DeletedWorkspaces:
    """GET …/Microsoft.OperationalInsights/deletedWorkspaces of a subscription or group."""

    def action(self, request: Request) -> str:
        return "Microsoft.OperationalInsights/deletedWorkspaces/read"

    def answer(self, request: Request) -> Response:
        check_version(request, VERSIONS, "deletedWorkspaces")
        check_scope(request)
        scope = f"/subscriptions/{request.id.subscription}"
        if "group" in request.words:
            scope = f"{scope}/resourceGroups/{request.words['group']}"
            if request.azure.store.find(scope) is None:
                raise ResourceGroupNotFound(request.words["group"])
        ids = [id_ for id_ in request.azure.store.deleted if inside(id_, scope)]
        return Response(200, {"value": [_shown(request, id_) for id_ in ids]})


def _shown(request: Request, id_: str) -> Resource:
    store = request.azure.store
    shown: Resource = {
        "properties": {"customerId": store.deleted[id_]},
        "id": id_,
        "name": parse_resource(id_).name,
        "type": WORKSPACES,
    }
    if id_ in store.deleted_regions:
        shown["location"] = store.deleted_regions[id_]
    return shown
