"""Remediation tasks: taken here, and worked on in azure_policy/ where Azure Policy may act.

Spec: Azure/azure-rest-api-specs, Microsoft.PolicyInsights/stable/2021-10-01 remediations.json and
its examples. Else a task stays `Accepted`, as it is before Azure has looked at any resource.
"""

from __future__ import annotations

from typing import Any, ClassVar

from localazure.answer import Answer, Call
from localazure.api_versions import POLICY_INSIGHTS, Versions
from localazure.errors.base import ArmError
from localazure.errors.governance import (
    InvalidCreateRemediationRequest,
    InvalidUpdateRemediationRequest,
    RemediationNotFound,
)
from localazure.shape import check_shape
from localazure.store import Resource
from localazure.times import stamp
from localazure.types.attached import Attached, check_target
from localazure.types.base import written_id
from localazure.types.policy_definitions import definition, members

REMEDIATIONS = "Microsoft.PolicyInsights/remediations"
_SETTABLE = (
    *("policyAssignmentId", "policyDefinitionReferenceId", "filters", "failureThreshold"),
    *("resourceCount", "parallelDeployments"),
)


class Remediations(Attached):
    """Microsoft.PolicyInsights/remediations."""

    type = REMEDIATIONS
    versions: ClassVar[Versions] = POLICY_INSIGHTS

    def missing(self, name: str) -> ArmError:
        return RemediationNotFound(name)

    def put(self, call: Call) -> Answer:
        check_target(call)
        if call.azure.store.find(call.id) is not None:
            raise InvalidUpdateRemediationRequest(call.id.name)
        asked = call.content().get("properties") or {}
        check_shape(asked, {"policyDefinitionReferenceId": str}, "properties")
        if reason := _refusal(call, asked):
            raise InvalidCreateRemediationRequest(call.id.name, reason)
        remediation = _remediation(call, asked)
        call.azure.store.put(remediation)
        return Answer(201, remediation)


def _refusal(call: Call, asked: dict[str, Any]) -> str:
    """Why Azure does not take the task; empty where it does. Only the second is quoted."""
    store = call.azure.store
    id_ = str(asked.get("policyAssignmentId"))
    assignment = store.find(id_)
    if assignment is None:
        return f"The policy assignment '{id_}' could not be found."
    policy = definition(store, assignment["properties"]["policyDefinitionId"])
    inner = members(store, policy)
    reference = asked.get("policyDefinitionReferenceId")
    if inner and not reference:
        return (
            f"The policy assignment '{id_.casefold()}' assigns a policy set definition."
            " Remediations must specify a single policy definition reference ID within the policy"
            " set definition."
        )
    if reference and reference.casefold() not in {name.casefold() for name in inner}:
        return f"'{reference}' is no policy definition reference ID of the policy assignment."
    at_management_group = "/managementgroups/" in call.id.group_id.casefold()
    if at_management_group and asked.get("resourceDiscoveryMode") == "ReEvaluateCompliance":
        # Az.PolicyInsights, Start-AzPolicyRemediation: not supported at management groups.
        return "ReEvaluateCompliance is not supported when remediating management group scopes."
    return ""


def _remediation(call: Call, asked: dict[str, Any]) -> Resource:
    now = stamp()
    properties = {name: asked[name] for name in _SETTABLE if asked.get(name) is not None}
    properties |= {
        "resourceDiscoveryMode": asked.get("resourceDiscoveryMode") or "ExistingNonCompliant",
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
        "id": written_id(call, REMEDIATIONS),
        "name": call.id.name,
        "type": REMEDIATIONS,
    }
