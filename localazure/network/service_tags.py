"""GET /subscriptions/{id}/providers/Microsoft.Network/locations/{location}/serviceTags.

Specification (serviceTags.json 2024-05-01, example ServiceTagsList): the location is no filter, the
list is of the whole cloud. An estate may have it as an entry with the id of that example,
`/subscriptions/<id>/providers/Microsoft.Network/serviceTags/public`; one is enough for all
subscriptions. Without one the list is a sample, service_tags.json, with prefixes of the ranges that
are kept for documentation (RFC 5737 and 3849), which no service of Azure has.
"""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from localazure.server.api_versions import NETWORK, check_version
from localazure.server.request import Request
from localazure.server.response import Response
from localazure.state.arm_id import ArmId
from localazure.state.store import Store
from localazure.types.base import check_scope

SERVICE_TAGS = "Microsoft.Network/serviceTags"
_SAMPLE: dict[str, Any] = json.loads((Path(__file__).parent / "service_tags.json").read_bytes())


class ServiceTags:
    """The list, whole and in one page."""

    def action(self, request: Request) -> str:
        """As Microsoft's page on permissions of Microsoft.Network has it."""
        return "Microsoft.Network/locations/serviceTags/read"

    def answer(self, request: Request) -> Response:
        check_version(request, NETWORK, "locations/serviceTags")
        check_scope(replace(request, id=ArmId(request.id.subscription)))
        tags = service_tags(request.azure.store)
        id_ = f"/subscriptions/{request.id.subscription}/providers/{SERVICE_TAGS}/{tags['name']}"
        return Response(200, {**tags, "id": id_})


def service_tags(store: Store) -> dict[str, Any]:
    """The estate's list of service tags, or the sample."""
    for listed in store.of_type(SERVICE_TAGS, ""):
        shown = {"type": SERVICE_TAGS, "cloud": "Public", "changeNumber": "1", **listed}
        shown.pop("properties", None)
        return shown
    return copy.deepcopy(_SAMPLE)
