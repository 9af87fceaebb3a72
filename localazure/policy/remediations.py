"""Remediation tasks: taken here, and worked on in azure_policy/ where Azure Policy may act.

Spec: Azure/azure-rest-api-specs, Microsoft.PolicyInsights/stable/2021-10-01 remediations.json and
its examples. Else a task stays `Accepted`, as it is before Azure has looked at any resource.
"""

from __future__ import annotations

from typing import Any, ClassVar

from localazure.errors.base import ArmError
from localazure.errors.governance import (
    InvalidCreateRemediationRequest,
    InvalidUpdateRemediationRequest,
    RemediationNotFound,
)
from localazure.policy.policy_definitions import definition, members
from localazure.server.api_versions import POLICY_INSIGHTS, Versions
from localazure.server.request import Request
from localazure.server.response import Response
from localazure.state.store import Resource
from localazure.state.times import stamp
from localazure.types.base import written_id
from localazure.types.body_shape import check_shape
from localazure.types.scoped_types import ScopedType, check_target

REMEDIATIONS = "Microsoft.PolicyInsights/remediations"
_SETTABLE = (
    *("policyAssignmentId", "policyDefinitionReferenceId", "filters", "failureThreshold"),
    *("resourceCount", "parallelDeployments"),
)


class Remediations(ScopedType):
    """Microsoft.PolicyInsights/remediations."""

    type = REMEDIATIONS
    versions: ClassVar[Versions] = POLICY_INSIGHTS

    def missing(self, name: str) -> ArmError:
        return RemediationNotFound(name)

    def put(self, request: Request) -> Response:
        check_target(request)
        if request.azure.store.find(request.id) is not None:
            raise InvalidUpdateRemediationRequest(request.id.name)
        properties = request.content().get("properties") or {}
        check_shape(properties, {"policyDefinitionReferenceId": str}, "properties")
        if reason := _refusal(request, properties):
            raise InvalidCreateRemediationRequest(request.id.name, reason)
        remediation = _remediation(request, properties)
        request.azure.store.put(remediation)
        return Response(201, remediation)


def _refusal(request: Request, properties: dict[str, Any]) -> str:
    """Why Azure does not take the task; empty where it does. Only the second is quoted."""
    store = request.azure.store
    id_ = str(properties.get("policyAssignmentId"))
    assignment = store.find(id_)
    if assignment is None:
        return f"The policy assignment '{id_}' could not be found."
    policy = definition(store, assignment["properties"]["policyDefinitionId"])
    inner = members(store, policy)
    reference = properties.get("policyDefinitionReferenceId")
    if inner and not reference:
        return (
            f"The policy assignment '{id_.casefold()}' assigns a policy set definition."
            " Remediations must specify a single policy definition reference ID within the policy"
            " set definition."
        )
    if reference and reference.casefold() not in {name.casefold() for name in inner}:
        return f"'{reference}' is no policy definition reference ID of the policy assignment."
    at_management_group = "/managementgroups/" in request.id.group_id.casefold()
    if at_management_group and properties.get("resourceDiscoveryMode") == "ReEvaluateCompliance":
        # Az.PolicyInsights, Start-AzPolicyRemediation: not supported at management groups.
        return "ReEvaluateCompliance is not supported when remediating management group scopes."
    return ""


def _remediation(request: Request, content: dict[str, Any]) -> Resource:
    now = stamp()
    properties = {name: content[name] for name in _SETTABLE if content.get(name) is not None}
    properties |= {
        "resourceDiscoveryMode": content.get("resourceDiscoveryMode") or "ExistingNonCompliant",
        "provisioningState": "Accepted",
        "createdOn": now,
        "lastUpdatedOn": now,
        "deploymentStatus": {
            "totalDeployments": 0,
            "successfulDeployments": 0,
            "failedDeployments": 0,
        },
    }
    return {
        "properties": properties,
        "id": written_id(request, REMEDIATIONS),
        "name": request.id.name,
        "type": REMEDIATIONS,
    }
