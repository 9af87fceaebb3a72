"""Workspaces that were deleted and can be had back.

REST pages "Deleted Workspaces - List" and "- List By Resource Group". Their names come in lower
case here, and of their properties only the GUID.
"""

from __future__ import annotations

from localazure.answer import Answer, Call
from localazure.api_versions import WORKSPACES as VERSIONS
from localazure.api_versions import check_version
from localazure.arm_id import inside, parse_resource
from localazure.errors.gateway import ResourceGroupNotFound
from localazure.store import Resource
from localazure.types.base import check_scope
from localazure.types.workspaces import WORKSPACES


class DeletedWorkspaces:
    """GET …/Microsoft.OperationalInsights/deletedWorkspaces of a subscription or group."""

    def action(self, call: Call) -> str:
        return "Microsoft.OperationalInsights/deletedWorkspaces/read"

    def answer(self, call: Call) -> Answer:
        check_version(call, VERSIONS, "deletedWorkspaces")
        check_scope(call)
        scope = f"/subscriptions/{call.id.subscription}"
        if "group" in call.words:
            scope = f"{scope}/resourceGroups/{call.words['group']}"
            if call.azure.store.find(scope) is None:
                raise ResourceGroupNotFound(call.words["group"])
        found = [id_ for id_ in call.azure.store.deleted if inside(id_, scope)]
        return Answer(200, {"value": [_shown(call, id_) for id_ in found]})


def _shown(call: Call, id_: str) -> Resource:
    store = call.azure.store
    shown: Resource = {
        "properties": {"customerId": store.deleted[id_]},
        "id": id_,
        "name": parse_resource(id_).name,
        "type": WORKSPACES,
    }
    if id_ in store.deleted_regions:
        shown["location"] = store.deleted_regions[id_]
    return shown
