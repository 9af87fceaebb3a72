"""POST …/Microsoft.PolicyInsights/checkPolicyRestrictions: what deny policies say of a resource.

Spec and example: Azure/azure-rest-api-specs, Microsoft.PolicyInsights/stable/2023-03-01
PolicyRestrictions_CheckAtSubscriptionScope. Of pending fields `tags` is modelled, of effects deny
alone. The action is a read (Microsoft: "Azure permissions for Management and governance").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from localazure.errors.base import NotModelled
from localazure.errors.gateway import InvalidRequestContent
from localazure.policy.policy_rules import Evaluated, Refusal, refusals
from localazure.server.api_versions import POLICY_INSIGHTS, check_version
from localazure.server.request import Request
from localazure.server.response import Response
from localazure.state.arm_id import parse
from localazure.types.base import check_scope

_ACTION = "Microsoft.PolicyInsights/checkPolicyRestrictions/read"
_UNNAMED = "unnamed"


class PolicyRestrictions:
    """At a subscription or a resource group."""

    def action(self, request: Request) -> str:
        return _ACTION

    def answer(self, request: Request) -> Response:
        check_version(request, POLICY_INSIGHTS, "checkPolicyRestrictions")
        check_scope(request)
        content = (request.content().get("resourceDetails") or {}).get("resourceContent")
        if not isinstance(content, dict) or not content.get("type"):
            raise InvalidRequestContent("'resourceDetails.resourceContent.type' is required")
        for pending in request.content().get("pendingFields") or []:
            if pending.get("field") != "tags":
                raise NotModelled(f"the pending field '{pending.get('field')}'")
        denials = refusals(request.azure, parse(_resource_id(request, content)), content)
        evaluations = [_evaluation(refusal) for refusal in denials]
        return Response(
            200,
            {
                "fieldRestrictions": list(_required_tags(denials)),
                "contentEvaluationResult": {"policyEvaluations": evaluations},
            },
        )


def _resource_id(request: Request, content: dict[str, Any]) -> str:
    """The id that the resource would have, as far as the scope of the request says."""
    scope, type_ = request.id.group_id, str(content["type"])
    namespace, *types = type_.split("/")
    if not types or type_.casefold().endswith("/resourcegroups"):
        return scope
    names = [_UNNAMED] * (len(types) - 1) + [str(content.get("name") or _UNNAMED)]
    path = "/".join(part for pair in zip(types, names, strict=True) for part in pair)
    return f"{scope}/providers/{namespace}/{path}"


def _evaluation(refusal: Refusal) -> dict[str, Any]:
    return {
        "policyInfo": refusal.reference_ids(),
        "evaluationResult": "NonCompliant",
        "evaluationDetails": {
            "evaluatedExpressions": [_expression(each) for each in refusal.evaluated]
        },
        "effectDetails": {"policyEffect": "Deny"},
    }


def _expression(evaluated: Evaluated) -> dict[str, Any]:
    shown = {
        "result": str(evaluated.result),
        "expressionKind": "field",
        "expression": evaluated.field,
        "path": evaluated.field,
        "targetValue": evaluated.target,
        "operator": evaluated.operator,
    }
    return shown if evaluated.value is None else {**shown, "expressionValue": evaluated.value}


def _required_tags(denials: Iterable[Refusal]) -> Iterator[dict[str, Any]]:
    for refusal in denials:
        for each in refusal.evaluated:
            if each.field.startswith("tags") and each.operator in ("exists", "notequals"):
                name = each.field[4:].strip(".[]'")
                values = {"values": [each.target]} if each.operator == "notequals" else {}
                restriction = {
                    "result": "Required",
                    **values,
                    "policy": refusal.reference_ids(),
                    "policyEffect": "Deny",
                    "reason": f"tags.{name} is required",
                }
                yield {"field": f"tags.{name}", "restrictions": [restriction]}
