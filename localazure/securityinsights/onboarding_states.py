"""Whether a workspace is onboarded to Microsoft Sentinel: `onboardingStates/default`.

Specs: Azure/azure-rest-api-specs, Microsoft.SecurityInsights SentinelOnboardingState.tsp and the
examples of onboardingStates (made 201, written again 200, deleted 200 and then 204). What Azure
puts into an onboarded workspace by itself, such as the solution SecurityInsights, is not modelled.
"""

from __future__ import annotations

from typing import ClassVar

from localazure.errors.base import ArmError
from localazure.errors.gateway import InvalidParameter, ResourceNotFound
from localazure.errors.sentinel import NotOnboarded
from localazure.server.api_versions import SECURITY_INSIGHTS, Versions
from localazure.server.request import Request
from localazure.server.response import Response
from localazure.state.arm_id import parse
from localazure.state.store import Resource
from localazure.types.base import written_id
from localazure.types.scoped_types import ScopedType, check_target

STATES = "Microsoft.SecurityInsights/onboardingStates"
_NAME = "default"


class OnboardingStates(ScopedType):
    """Microsoft.SecurityInsights/onboardingStates."""

    type = STATES
    versions: ClassVar[Versions] = SECURITY_INSIGHTS

    def missing(self, name: str) -> ArmError:
        return ResourceNotFound(f"{STATES}/{name}", "")

    def list(self, request: Request) -> Response:
        check_target(request)
        found = request.azure.store.of_type(STATES, str(request.id.extended))
        return Response(200, {"value": found})

    def put(self, request: Request) -> Response:
        check_target(request)
        if request.id.name.casefold() != _NAME:
            raise InvalidParameter("sentinelOnboardingStateName", request.id.name, f"'{_NAME}'")
        before = request.azure.store.find(request.id)
        asked = (request.content().get("properties") or {}).get("customerManagedKey", False)
        state: Resource = {
            "id": before["id"] if before else written_id(request, STATES),
            "name": _NAME,
            "type": STATES,
            "properties": {"customerManagedKey": asked},
        }
        request.azure.store.put(state)
        return Response(200 if before else 201, state)


def check_onboarded(request: Request) -> None:
    """Raises what Azure answers where the workspace is not there, or has no Sentinel."""
    check_target(request)
    workspace = str(request.id.extended)
    if request.azure.store.find(f"{workspace}/providers/{STATES}/{_NAME}") is None:
        raise NotOnboarded(parse(workspace).name)
