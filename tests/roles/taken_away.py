"""What fails first when an action is taken away from the roles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from estate import permissions
from estate.errors import EstateError
from estate.model import Subscription
from localazure.authorization.rights import CLIENT, Rights
from localazure.errors.base import ArmError
from localazure.errors.identity import FailedIdentityOperation
from localazure.network.flow_log_identity import check_identity
from localazure.network.flow_log_rights import check_group_right, missing_analytics_right
from localazure.server.request import Request
from localazure.state.arm_id import parse
from localazure.state.azure import Azure
from localazure.state.estate_file import read_estate
from localazure.state.long_running_operations import Operations
from roles.actions import GUARDRAIL, Action, Step, actions
from tests.localazure.contoso import (
    IDENTITY,
    WEB,
    WEB_LOG,
    WORKSPACE,
    analytics,
    flow_log,
    identity,
)
from tests.roles.job import Asked
from tools.projects import SAMPLE_ESTATE

GOES_ON = ("Microsoft.Resources/subscriptions/locations/read", "Microsoft.Storage/skus/read")
"""What a run asks too, and goes on without as preflight does."""
NOTED = {
    "Microsoft.Network/locations/serviceTags/read": "note: service tags were not read",
    "Microsoft.Network/virtualNetworks/listNetworkManagerEffectiveSecurityAdminRules/action": (
        "note: security admin rules were not read"
    ),
}
"""What the commands on rules go on without, and the start of the note that says so."""


def failing(action: Action, asked: Iterable[Asked]) -> tuple[Step, str] | None:
    """The first step that fails without an action, and the whole line; None where none does.

    Discovery looks at its rights before anything else; then comes the first request that needs the
    action; then what Azure looks at when a flow log is written. Preflight goes on without what it
    may not read, and says so.
    """
    name = action.name
    if line := _refused_by_discovery(name):
        return Step(step="preview", says="this identity may not … in the whole of it"), line
    asking = [each.step for each in asked if _is_asked(each, action)]
    line = f"{CLIENT} does not have authorization to perform action '{name}'"
    if name in NOTED:
        return Step(step=asking[0], says=NOTED[name]), line
    for step in asking:
        if step != "preflight" and name not in GOES_ON:
            return Step(step=step, says="AuthorizationFailed"), line
    for step, error in _refused_with_flow_logs(name):
        return Step(step=step, says=error.code), error.message
    return (Step(step="preflight", says="warning: … could not be read"), line) if asking else None


def _is_asked(one: Asked, action: Action) -> bool:
    of_guardrail = one.step.startswith(GUARDRAIL)
    same = str(one.action).casefold() == action.name.casefold()
    return same and of_guardrail == (action.where == "scope")


def rights_without(name: str) -> Rights:
    """All actions of all roles but one."""
    return Rights(tuple(each.name for each in actions() if each.name != name))


def _refused_by_discovery(name: str) -> str:
    cloud: Any = _Granted(rights_without(name).actions)
    subscription = Subscription(id="sub", name="contoso-prod", tenant_id="tenant", state="Enabled")
    try:
        permissions.require_read(cloud, subscription)
    except EstateError as error:
        return str(error)
    return ""


class _Granted:
    """A cloud that knows one thing: what is granted."""

    def __init__(self, granted: tuple[str, ...]) -> None:
        self._granted = granted

    def list(self, path: str, api_version: str, shape: object) -> list[Mapping[str, Any]]:
        """The answer of the permissions API."""
        return [{"actions": list(self._granted), "notActions": []}]


def _refused_with_flow_logs(name: str) -> Iterable[tuple[str, ArmError]]:
    """What writing a flow log with Traffic Analytics on a network, then on a group, ends in."""
    rights = rights_without(name)
    network = _write(rights, WEB_LOG, flow_log(_network(), flowAnalyticsConfiguration=analytics()))
    if error := missing_analytics_right(network):
        yield "up", error
    try:
        check_group_right(_write(rights, WEB_LOG, flow_log(WEB)), None)
    except ArmError as error:
        yield "up with NSG flow logs", error
    try:
        check_identity(_write(rights, WEB_LOG, flow_log(_network()) | {"identity": _WRITER}))
    except FailedIdentityOperation:
        pass  # after the right to assign it
    except ArmError as error:
        yield "up", error


def _network() -> str:
    return WEB.replace("networkSecurityGroups/nsg-shop-web", "virtualNetworks/vnet-shop-weu")


def _write(rights: Rights, id_: str, body: Mapping[str, Any]) -> Request:
    azure = Azure(_ESTATE, Operations(0.0), rights)
    return Request("PUT", parse(id_), {"api-version": "2025-05-01"}, body, "", azure)


_WRITER = identity(IDENTITY)
_ESTATE = read_estate(SAMPLE_ESTATE)
assert _ESTATE.find(WORKSPACE) is not None


def measured(asked: list[Asked]) -> dict[str, dict[str, str]]:
    """The content of `roles/steps.json`."""
    found = ((each.key, failing(each, asked)) for each in actions())
    return {
        name: {"step": failure[0].step, "says": failure[0].says}
        for name, failure in found
        if failure is not None
    }


def is_called(action: Action, asked: Iterable[Asked]) -> bool:
    """Whether the job makes the call that an action without enforcement is of."""
    method, _, pattern = action.call.partition(" ")
    end = pattern.removeprefix("*").casefold()
    return any(each.method == method and each.path.casefold().endswith(end) for each in asked)
