"""Scheduled analytic rules of Microsoft Sentinel. They are kept; nothing is evaluated.

Specs: Azure/azure-rest-api-specs, Microsoft.SecurityInsights 2024-09-01, AlertRule.tsp and the
examples CreateScheduledAlertRule, DeleteAlertRule (201, 200; 200, 204; members that were not sent
come back null). Limits: Microsoft Learn, "Scheduled analytics rules in Microsoft Sentinel", "Map
data fields to entities", "Customize alert details", "Microsoft Sentinel service limits"; from a
period of two days on a frequency of an hour, as Microsoft's checks on templates have it. Not
modelled: other kinds of rules, that a query is bound to the workspace's tables, that a technique
has to fit a tactic, and etags, with which Azure refuses to write over what somebody changed.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, ClassVar

from localazure.errors.base import ArmError, NotModelled
from localazure.errors.gateway import ResourceNotFound
from localazure.errors.sentinel import InvalidDataModel, RequiredProperty
from localazure.securityinsights.onboarding_states import check_onboarded
from localazure.server.api_versions import SECURITY_INSIGHTS, Versions
from localazure.server.request import Request
from localazure.server.response import Response
from localazure.state.store import Resource
from localazure.state.times import duration, stamp
from localazure.types.base import written_id
from localazure.types.scoped_types import ScopedType

ALERT_RULES = "Microsoft.SecurityInsights/alertRules"
_REQUIRED = (
    *("displayName", "enabled", "severity", "query", "queryFrequency", "queryPeriod"),
    *("triggerOperator", "triggerThreshold", "suppressionDuration", "suppressionEnabled"),
)
_CHOICES = {
    "severity": ("High", "Medium", "Low", "Informational"),
    "triggerOperator": ("GreaterThan", "LessThan", "Equal", "NotEqual"),
}
_TACTICS = (
    *("Reconnaissance", "ResourceDevelopment", "InitialAccess", "Execution", "Persistence"),
    *("PrivilegeEscalation", "DefenseEvasion", "CredentialAccess", "Discovery"),
    *("LateralMovement", "Collection", "Exfiltration", "CommandAndControl", "Impact"),
    *("PreAttack", "ImpairProcessControl", "InhibitResponseFunction"),
)
_IDENTIFIERS = {
    "Account": (
        *("Name", "FullName", "NTDomain", "DnsDomain", "UPNSuffix", "Sid", "AadTenantId"),
        *("AadUserId", "PUID", "IsDomainJoined", "DisplayName", "ObjectGuid"),
    ),
    "Host": (
        *("HostName", "FullName", "NetBiosName", "NTDomain", "DnsDomain", "AzureID"),
        *("OMSAgentID", "OSFamily", "OSVersion", "IsDomainJoined"),
    ),
    "IP": ("Address", "AddressScope"),
    "AzureResource": ("ResourceId",),
}
"""Identifiers of those kinds of entities that are modelled ("Entity types reference")."""
_LEAST, _MOST = timedelta(minutes=5), timedelta(days=14)
_LONG, _HOUR = timedelta(days=2), timedelta(hours=1)
_NULLS = dict.fromkeys(
    (
        *("alertDetailsOverride", "alertRuleTemplateName", "customDetails", "description"),
        *("entityMappings", "eventGroupingSettings", "incidentConfiguration", "tactics"),
        *("techniques", "templateVersion"),
    )
)


class AlertRules(ScopedType):
    """Microsoft.SecurityInsights/alertRules, of the kind Scheduled."""

    type = ALERT_RULES
    versions: ClassVar[Versions] = SECURITY_INSIGHTS

    def missing(self, name: str) -> ArmError:
        return ResourceNotFound(f"{ALERT_RULES}/{name}", "")

    def existing(self, request: Request) -> Resource:
        check_onboarded(request)
        return super().existing(request)

    def list(self, request: Request) -> Response:
        """One page of all."""
        check_onboarded(request)
        found = request.azure.store.of_type(ALERT_RULES, str(request.id.extended))
        return Response(200, {"value": found})

    def put(self, request: Request) -> Response:
        check_onboarded(request)
        body = request.content()
        if body.get("kind") != "Scheduled":
            raise NotModelled(f"analytic rules of the kind '{body.get('kind')}'")
        properties = body.get("properties") or {}
        for problem in _problems(properties):
            raise problem
        before = request.azure.store.find(request.id)
        rule: Resource = {
            "id": before["id"] if before else written_id(request, ALERT_RULES),
            "name": before["name"] if before else request.id.name,
            "type": ALERT_RULES,
            "kind": "Scheduled",
            "etag": f'"{uuid.uuid4()}"',
            "properties": {**_NULLS, **properties, "lastModifiedUtc": stamp()},
        }
        request.azure.store.put(rule)
        return Response(200 if before else 201, rule)

    def delete(self, request: Request) -> Response:
        check_onboarded(request)
        done = super().delete(request)
        return Response(done.status)


def _problems(properties: dict[str, Any]) -> Iterator[ArmError]:
    for name in _REQUIRED:
        if properties.get(name) in (None, ""):
            yield RequiredProperty(name)
    for name, known in _CHOICES.items():
        if properties[name] not in known:
            yield InvalidDataModel(f"'{properties[name]}' is no {name}.")
    yield from map(InvalidDataModel, _of_times(properties))
    yield from map(InvalidDataModel, _of_attacks(properties))
    yield from map(InvalidDataModel, _of_entities(properties.get("entityMappings") or []))
    query = properties["query"]
    if len(query) > 10_000 or re.search(r"\b(search|union) \*", query):
        yield InvalidDataModel("The query is longer than 10,000 characters, or reads every table.")
    shown = (properties.get("alertDetailsOverride") or {}).get("alertDisplayNameFormat") or ""
    if len(re.findall(r"\{\{\w+\}\}", shown)) > 3:
        yield InvalidDataModel("The name of an alert takes three columns at most.")


def _of_times(properties: dict[str, Any]) -> Iterator[str]:
    names = ("queryFrequency", "queryPeriod", "suppressionDuration")
    spans = {name: duration(str(properties[name])) for name in names}
    frequency, period, suppression = spans.values()
    if not frequency or not period or not suppression:
        yield f"A duration is not ISO 8601: {', '.join(str(properties[name]) for name in names)}."
        return
    if not _LEAST <= frequency <= _MOST or not _LEAST <= period <= _MOST:
        yield "Frequency and period are from five minutes to 14 days."
    if frequency > period:
        yield "The frequency is longer than the period."
    if period >= _LONG and frequency < _HOUR:
        yield "With a period of two days or more the frequency is an hour or more."
    if not _LEAST <= suppression <= timedelta(days=1):
        yield "The suppression is from five minutes to 24 hours."
    grouping = (properties.get("incidentConfiguration") or {}).get("groupingConfiguration") or {}
    lookback = duration(str(grouping.get("lookbackDuration", "PT5H")))
    if not lookback or not _LEAST <= lookback <= timedelta(days=7):
        yield "Alerts are grouped over five minutes to seven days."


def _of_attacks(properties: dict[str, Any]) -> Iterator[str]:
    for tactic in properties.get("tactics") or []:
        if tactic not in _TACTICS:
            yield f"The tactic '{tactic}' is invalid."
    for technique in properties.get("techniques") or []:
        if not re.fullmatch(r"T\d{4}", technique):
            yield (
                f"The technique '{technique}' is invalid. The expected format is 'T####', where "
                "'#' represents a digit."
            )


def _of_entities(mappings: list[dict[str, Any]]) -> Iterator[str]:
    if len(mappings) > 10:
        yield "A rule maps ten entities at most."
    for mapping in mappings:
        kind, fields = mapping.get("entityType"), mapping.get("fieldMappings") or []
        if kind not in _IDENTIFIERS:
            raise NotModelled(f"entities of the kind '{kind}'")
        if not 1 <= len(fields) <= 3:
            yield "An entity has one to three identifiers."
        for field in fields:
            if field.get("identifier") not in _IDENTIFIERS[kind] or not field.get("columnName"):
                yield f"'{field.get('identifier')}' identifies no {kind}, or names no column."
