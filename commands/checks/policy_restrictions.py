"""What Azure Policy will refuse, asked before anything is sent.

``checkPolicyRestrictions`` evaluates the policies in force on a body that is only described (REST
page "Policy Restrictions - Check At Subscription Scope", 2023-03-01). Landing zones refuse missing
tags, which Traffic Analytics cannot set on its own rule (``TARequestDisallowedByPolicy``), public
network access, and storage without customer-managed keys.
"""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from commands.checks.arm_bodies import API_VERSIONS, Body
from commands.checks.finding import Check, Finding, in_words
from estate.arm_id import key, parent_of, subscription_of
from estate.cloud import Cloud
from estate.response_shape import Needed, Shape
from plan.text import listed
from wording import setting, to_set, within

API_VERSION = "2023-03-01"
_EVALUATION: Shape = {
    "policyInfo": Needed({"policyAssignmentId": Needed(str)}),
    "effectDetails": {"policyEffect": str},
    "evaluationDetails": {
        "evaluatedExpressions": [{"expression": str, "expressionKind": str}],
    },
}
_RESTRICTION: Shape = {
    "result": Needed(str),
    "policyEffect": str,
    "values": [str],
    "policy": Needed({"policyAssignmentId": Needed(str)}),
}
_ANSWER: Shape = {
    "contentEvaluationResult": {"policyEvaluations": [_EVALUATION]},
    "fieldRestrictions": [{"field": Needed(str), "restrictions": [_RESTRICTION]}],
}

HARMLESS = (
    *("addtonetworkgroup", "append", "audit", "auditifnotexists", "denyaction"),
    *("deployifnotexists", "disabled", "manual", "modify", "mutate"),
)
"""Effects that refuse no write (Azure Policy, "definitions effect basics")."""

REFUSED = Check(
    name="policy-refuses",
    severity="error",
    title="what Azure Policy will refuse",
    why="Azure refuses what a deny policy does not allow, in the middle of a run; what Traffic "
    "Analytics may not make leaves its flow log Failed",
)
CHECKS = (REFUSED,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A policy that would deny a body, and the fields that it looks at, each with its value."""

    assignment_id: str
    body: Body
    fields: tuple[tuple[str, str], ...] = ()
    missing_tags: tuple[tuple[str, tuple[str, ...]], ...] = ()


def read(cloud: Cloud, body: Body, groups: Collection[str]) -> tuple[Refusal, ...]:
    """Who would refuse a body. ``groups`` are keys of the resource groups that exist: in those
    the policies of the group count too. Raises AzureError."""
    group = body.group_id
    exists = key(group) in groups and group != body.id
    scope = group if exists else f"/subscriptions/{subscription_of(body.id)}"
    path = f"{scope}/providers/Microsoft.PolicyInsights/checkPolicyRestrictions"
    details: dict[str, Any] = {
        "resourceContent": dict(body.content),
        "apiVersion": API_VERSIONS[body.type],
    }
    if body.type.count("/") > 1 and group != body.id:
        details["scope"] = parent_of(body.id)
    asked = {"resourceDetails": details, "pendingFields": [{"field": "tags"}]}
    return refusals(body, cloud.post(path, API_VERSION, asked, _ANSWER))


def refusals(body: Body, answer: Mapping[str, Any]) -> tuple[Refusal, ...]:
    """Refusals from the API's answer: denied as it is, or a tag that a deny policy asks for."""
    evaluated = (answer.get("contentEvaluationResult") or {}).get("policyEvaluations") or ()
    tags = _required_tags(body, answer.get("fieldRestrictions") or ())
    denied = {
        str(each["policyInfo"]["policyAssignmentId"]): _fields(each)
        for each in evaluated
        if _denies((each.get("effectDetails") or {}).get("policyEffect", "Deny"))
    }
    named = {key(assignment): assignment for assignment in (*tags, *denied)}
    return tuple(
        Refusal(
            assignment_id=assignment,
            body=body,
            fields=denied.get(assignment, ()),
            missing_tags=tuple(tags.get(assignment, ())),
        )
        for assignment in named.values()
    )


def judge(found: Sequence[Refusal]) -> Iterator[Finding]:
    """A finding for each policy assignment, apart for what Traffic Analytics makes."""
    grouped: dict[tuple[str, bool], list[Refusal]] = {}
    for refusal in found:
        about = (key(refusal.assignment_id), refusal.body.ours)
        grouped.setdefault(about, []).append(refusal)
    for refusals_ in grouped.values():
        first = refusals_[0]
        yield REFUSED.found(first.assignment_id, _what(refusals_), _way_out(first))


def _what(refused: Sequence[Refusal]) -> str:
    first = refused[0]
    names = list(dict.fromkeys(in_words(each.body.id) for each in refused))
    maker = "" if first.body.ours else " (made by Traffic Analytics)"
    looked = [_shown(name, value) for name, value in first.fields if name != "type"]
    looked += [_shown(f"tags.{name}", "") for name, _ in first.missing_tags]
    because = f" because of {', '.join(dict.fromkeys(looked))}" if looked else ""
    return f"it refuses {listed(names)}{maker}{because}"


def _way_out(refusal: Refusal) -> str:
    body = refusal.body
    exempt = (
        f"az policy exemption create --name flow-logs --policy-assignment {refusal.assignment_id} "
        f"--exemption-category Waiver --scope {body.group_id}"
    )
    tags = refusal.missing_tags or _tags_in(refusal.fields)
    if body.ours and tags:
        name, values = tags[0]
        value = values[0] if values else "VALUE"
        return to_set(within("tags", name), shlex.quote(value))
    if body.type.endswith("storageAccounts"):
        return (
            f"give accounts that the policy allows by {setting('storageAccounts')} (a region's "
            f"list of ids), or exempt the resource group: {exempt}"
        )
    return f"exempt {in_words(body.group_id)}: {exempt}"


def _tags_in(fields: Sequence[tuple[str, str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    names = (name for name, _ in fields if name.casefold().startswith("tags"))
    return tuple((_tag(name), ()) for name in names)


def _tag(field: str) -> str:
    """The tag in ``tags.x``, ``tags[x]`` or ``tags['x']``."""
    return field[4:].strip(".[]'")


def _required_tags(
    body: Body, restrictions: Sequence[Mapping[str, Any]]
) -> Mapping[str, list[tuple[str, tuple[str, ...]]]]:
    held = {key(name): value for name, value in (body.content.get("tags") or {}).items()}
    found: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for restricted in restrictions:
        name = restricted["field"].partition("tags.")[2]
        for each in (restricted.get("restrictions") or ()) if name else ():
            values = tuple(each.get("values") or ())
            given = key(name) in held and (not values or held[key(name)] in values)
            asked = each["result"] == "Required" and _denies(each.get("policyEffect"))
            if asked and not given and "defaultValue" not in each:
                assignment = str(each["policy"]["policyAssignmentId"])
                found.setdefault(assignment, []).append((name, values))
    return found


def _fields(evaluation: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Names and values of the fields that made the policy match, as far as Azure tells."""
    details = evaluation.get("evaluationDetails") or {}
    return tuple(
        (_short(each.get("expression") or ""), str(each.get("expressionValue", "")))
        for each in details.get("evaluatedExpressions") or ()
        if (each.get("expressionKind") or "").casefold() == "field"
    )


def _short(field: str) -> str:
    """An alias without its resource type: ``publicNetworkAccess``."""
    return field if field.casefold().startswith("tags") else field.rpartition("/")[2]


def _shown(name: str, value: str) -> str:
    named = f"tag {_tag(name)}" if name.casefold().startswith("tags") else name
    return f"{named} = {value}" if value else f"{named} missing"


def _denies(effect: object) -> bool:
    """An effect that is not known may refuse."""
    return effect is not None and str(effect).casefold() not in HARMLESS
