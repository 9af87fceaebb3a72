"""Azure Monitor: log search alerts, action groups, Activity Log alerts, workbooks, data collection.

Nothing is evaluated and nobody is notified: what is modelled is what can be written and read back.
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from localazure.errors.base import ArmError
from localazure.errors.gateway import ResourceNotFound
from localazure.errors.monitor import BadRequest, FailedToResolveTable, ScopeCannotBeUpdated
from localazure.operationalinsights.workspaces import WORKSPACES
from localazure.server.api_versions import INSIGHTS, Versions
from localazure.server.request import Request
from localazure.server.response import Response
from localazure.state.arm_id import key, parse
from localazure.state.store import Resource
from localazure.state.times import duration
from localazure.types.body_shape import Shape
from localazure.types.plain_type import PlainType

_PREFIX = "Microsoft.Insights"
_TIMES = (1, 5, 10, 15, 30, 45, 60, 120, 180, 240, 300, 360, 1440, 2880)
"""Minutes that an alert's window may have; a frequency all but the last, a lookback also 20."""
_RECEIVERS = tuple(
    f"{kind}Receivers"
    for kind in (
        *("email", "sms", "webhook", "itsm", "azureAppPush", "automationRunbook", "voice"),
        *("logicApp", "azureFunction", "armRole"),
    )
)
_EVENT_HUBS_SINCE = "2021-09-01"
_ADDED: dict[str, dict[str, Any]] = {
    "emailReceivers": {"status": "Enabled", "useCommonAlertSchema": False},
    "smsReceivers": {"status": "Enabled"},
    "webhookReceivers": {
        "useCommonAlertSchema": False,
        "useAadAuth": False,
        **dict.fromkeys(("objectId", "identifierUri", "tenantId")),
    },
}
"""What Azure adds to each receiver of a kind."""
_OPERATORS = ("Equals", "GreaterThan", "GreaterThanOrEqual", "LessThan", "LessThanOrEqual")
"""ARM schema 2023-12-01 of scheduledQueryRules."""


class ScheduledQueryRules(PlainType):
    """Log search alerts.

    The scope stays what it was made with (pulumi-azure-native #4839, terraform-provider-azurerm
    #24304). Rules on times: the same provider's azurerm_monitor_scheduled_query_rules_alert_v2.
    Every query is refused where it is validated, since there are no tables here.
    """

    type = f"{_PREFIX}/scheduledQueryRules"
    versions: ClassVar[Versions] = INSIGHTS
    required: ClassVar[tuple[str, ...]] = ("scopes", "criteria")
    shape: ClassVar[Shape] = {
        "tags": {"*": str},
        "properties": {"scopes": list, "evaluationFrequency": str, "windowSize": str},
    }

    def check(self, request: Request, properties: dict[str, Any]) -> None:
        before = request.azure.store.find(request.id)
        if before and _keys(before["properties"]["scopes"]) != _keys(properties["scopes"]):
            raise ScopeCannotBeUpdated
        frequency = _minutes(properties, "evaluationFrequency")
        window = _minutes(properties, "windowSize")
        if frequency not in _TIMES[:-1] or window not in _TIMES or frequency > window:
            raise BadRequest(
                f"The frequency {properties.get('evaluationFrequency')} and the window "
                f"{properties.get('windowSize')} are not supported together."
            )
        lookback = properties.get("overrideQueryTimeRange")
        if lookback and _minutes(properties, "overrideQueryTimeRange") not in (*_TIMES, 20):
            raise BadRequest(f"The query time range {lookback} is not supported.")
        if properties.get("autoMitigate") and properties.get("muteActionsDuration"):
            raise BadRequest("autoMitigate and muteActionsDuration exclude each other.")
        for condition in properties["criteria"].get("allOf", []):
            if condition.get("operator") not in _OPERATORS:
                raise BadRequest(f"'{condition.get('operator')}' is no operator of a condition.")
            if not properties.get("skipQueryValidation"):
                raise FailedToResolveTable(str(condition.get("query")))


class ActionGroups(PlainType):
    """Action groups: the recipients of alerts.

    Recorded: canCRUDActionGroups of azure-libraries-for-java and -net, azure-mgmt-monitor-3.0.0
    test_action_groups (empty and null members, receivers' status, `Global`, a second subscription).
    """

    type = f"{_PREFIX}/actionGroups"
    versions: ClassVar[Versions] = INSIGHTS
    required: ClassVar[tuple[str, ...]] = ("groupShortName",)

    def check(self, request: Request, properties: dict[str, Any]) -> None:
        if len(properties["groupShortName"]) > 12:
            raise BadRequest("The short name of an action group has twelve characters at most.")

    def made(self, request: Request, resource: Resource) -> Resource:
        since = request.api_version >= _EVENT_HUBS_SINCE
        kinds = (*_RECEIVERS, *(("eventhubReceivers",) if since else ()))
        properties = {**dict.fromkeys(kinds), **resource["properties"]}
        for kind in kinds:
            listed = properties[kind] or []
            properties[kind] = [_ADDED.get(kind, {}) | receiver for receiver in listed]
        absent = dict.fromkeys(("kind", "tags", "identity"))
        place = "Global" if resource["location"] == "global" else resource["location"]
        return {**absent, **resource, "location": place, "properties": properties}

    def post(self, request: Request) -> Response:
        """`subscribe` of a receiver, all of whom are enabled."""
        group = request.azure.store.find(str(request.id.parent)) or {"properties": {}}
        receivers = [
            receiver["name"]
            for kind in ("emailReceivers", "smsReceivers")
            for receiver in group["properties"].get(kind, [])
        ]
        name = request.id.types[-1].casefold() == "subscribe" and request.content().get(
            "receiverName"
        )
        if name not in receivers:
            return super().post(request)
        return Response(409, {"code": "ReceiverAlreadyEnabled", "message": None})


class ActivityLogAlerts(PlainType):
    """Alerts on the Activity Log, of their own subscription alone.

    That one watches another subscription's log is refused here; practice says that it does not
    work, no page says how Azure answers.
    """

    type = f"{_PREFIX}/activityLogAlerts"
    versions: ClassVar[Versions] = INSIGHTS
    required: ClassVar[tuple[str, ...]] = ("scopes", "condition")

    def check(self, request: Request, properties: dict[str, Any]) -> None:
        for scope in properties["scopes"]:
            if parse(scope).subscription.casefold() != request.id.subscription.casefold():
                raise BadRequest(f"The scope {scope} is in another subscription than the alert.")
        if not properties["condition"].get("allOf"):
            raise BadRequest("The condition has no clause.")


class Workbooks(PlainType):
    """Workbooks, whose content is given to those alone who ask for it (`canFetchContent`)."""

    type = f"{_PREFIX}/workbooks"
    options: ClassVar[frozenset[str]] = frozenset({"canFetchContent"})
    versions: ClassVar[Versions] = INSIGHTS
    required: ClassVar[tuple[str, ...]] = ("displayName", "category", "serializedData")

    def check(self, request: Request, properties: dict[str, Any]) -> None:
        try:
            uuid.UUID(request.id.name)
        except ValueError:
            raise BadRequest("The name of a workbook has to be a UUID.") from None

    def view(self, resource: Resource, request: Request) -> Resource:
        if request.method != "GET" or request.query.get("canFetchContent", "").casefold() == "true":
            return resource
        shown = {k: v for k, v in resource["properties"].items() if k != "serializedData"}
        return {**resource, "properties": shown}


class DataCollectionRules(PlainType):
    """Data collection rules, with the workspace that a transformation names."""

    type = f"{_PREFIX}/dataCollectionRules"
    versions: ClassVar[Versions] = INSIGHTS

    def check(self, request: Request, properties: dict[str, Any]) -> None:
        for destination in (properties.get("destinations") or {}).get("logAnalytics", []):
            id_ = str(destination.get("workspaceResourceId"))
            if request.azure.store.find(id_) is None:
                raise _missing(id_)

    def added(self, properties: dict[str, Any]) -> dict[str, Any]:
        return {"provisioningState": "Succeeded"}


class DataCollectionEndpoints(PlainType):
    """Data collection endpoints, without the addresses that Azure gives them."""

    type = f"{_PREFIX}/dataCollectionEndpoints"
    versions: ClassVar[Versions] = INSIGHTS

    def added(self, properties: dict[str, Any]) -> dict[str, Any]:
        return {"provisioningState": "Succeeded"}


def _keys(scopes: list[Any]) -> set[str]:
    return {key(str(scope)) for scope in scopes}


def _missing(workspace_id: str) -> ArmError:
    """The refusal of a data collection rule whose workspace does not exist."""
    try:
        parsed = parse(workspace_id)
    except ValueError as error:
        return BadRequest(f"{error}.")
    return ResourceNotFound(f"{WORKSPACES}/{parsed.name}", str(parsed.group))


def _minutes(properties: dict[str, Any], name: str) -> int:
    span = duration(str(properties.get(name)))
    if not span:
        raise BadRequest(f"'{name}' is no ISO 8601 duration: '{properties.get(name)}'.")
    return int(span.total_seconds() // 60)
