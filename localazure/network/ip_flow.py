"""POST …/networkWatchers/{name}/ipFlowVerify: whether rules let a packet of a machine through.

Recorded: azure-libraries-for-net CanWatchNetwork and ManageNetworkWatcherTest, azure-libraries-for-
java testNetworkWatcherFunctions (a default rule, whose `ruleId` is blank). A rule of somebody's is
told with its id, as answers of `az network watcher test-ip-flow` in public notes have it. Members
and what they may be: REST page "Network Watchers - Verify IP Flow". Microsoft's page calls the
default denial `DefaultInboundDenyAll`, such notes call it as the rule is called; here too. Which of
two rules that let a packet through is told is not documented. What is answered where no group is,
or a network manager decides, is not known: 501.
"""

from __future__ import annotations

from ipaddress import AddressValueError, IPv4Address
from typing import Any

from localazure.errors.base import NotModelled
from localazure.errors.gateway import InvalidParameter
from localazure.network.effective_groups import begun, interfaces_of, machine_of
from localazure.operationalinsights.conversations import Unreadable
from localazure.operationalinsights.reports import named
from localazure.operationalinsights.scene import Scene, Spot
from localazure.server.request import Request
from localazure.server.response import Response
from localazure.state.arm_id import same
from localazure.state.store import Resource
from localazure.types.body_shape import check_shape
from rules.evaluator import AtEnd
from rules.from_arm import RuleError
from rules.model import Direction

_WORDS = {"direction": ("Inbound", "Outbound"), "protocol": ("TCP", "UDP")}
_PORTS = ("localPort", "remotePort")
_ADDRESSES = ("localIPAddress", "remoteIPAddress")
_NAMES = ("targetResourceId", *_WORDS, *_PORTS, *_ADDRESSES)


def verify(request: Request) -> Response:
    """Begins the look; the answer is at `Location`."""
    content = request.content()
    check_shape(content, {**dict.fromkeys(_NAMES, str), "targetNicResourceId": str})
    store, machine = request.azure.store, machine_of(request)
    _check(content)
    watcher = store.find(str(request.id.parent)) or {}
    answer = _answer(request, machine)
    return begun(request, str(watcher["location"]), lambda: Response(200, answer))


def _check(content: dict[str, Any]) -> None:
    """Raises InvalidParameter; that Azure calls it so is unconfirmed."""
    for name, words in _WORDS.items():
        if content.get(name) not in words:
            raise InvalidParameter(name, str(content.get(name)), " or ".join(words))
    inbound = content["direction"] == "Inbound"
    for name in _PORTS:
        text = str(content.get(name))
        source = name == ("remotePort" if inbound else "localPort")
        whole = text.isascii() and text.isdigit() and int(text) <= 65535
        if not whole and not (source and text == "*"):
            raise InvalidParameter(name, text, "0 to 65535")
    for name in _ADDRESSES:
        try:
            IPv4Address(str(content.get(name)))
        except AddressValueError:
            raise InvalidParameter(name, str(content.get(name)), "an IPv4 address") from None


def _answer(request: Request, machine: Resource) -> dict[str, Any]:
    content = request.content()
    direction: Direction = "Inbound" if content["direction"] == "Inbound" else "Outbound"
    scene = Scene(request.azure.store)
    try:
        local = _local(request, scene, machine)
        remote = scene.spot(content["remoteIPAddress"], "remoteIPAddress")
        ends = (remote, local) if direction == "Inbound" else (local, remote)
        port = int(content["localPort" if direction == "Inbound" else "remotePort"])
        decided = scene.decided(*ends, port, content["protocol"], direction)
    except (Unreadable, RuleError) as error:
        raise NotModelled(f"this packet: {error}") from error
    if decided is None or decided.access is None:
        reason = decided.reason if decided else "the address is in no subnet"
        raise NotModelled(f"this packet: {reason}")
    return {"access": decided.access, **_named(decided)}


def _local(request: Request, scene: Scene, machine: Resource) -> Spot:
    """The machine's own end. Raises NotModelled for an address that it has not: no error known."""
    content = request.content()
    wanted = content.get("targetNicResourceId")
    for interface in interfaces_of(request.azure.store, machine):
        if wanted is None or same(interface["id"], wanted):
            spot = scene.spot_of(interface, content["localIPAddress"])
            if spot is not None:
                return spot
    raise NotModelled(f"an ipFlowVerify of {content['localIPAddress']}, not the machine's own")


def _named(decided: AtEnd) -> dict[str, str]:
    rule = named(decided)
    if rule is None or rule.admin:
        raise NotModelled("an ipFlowVerify that no rule of a network security group decides")
    if rule.default:
        return {"ruleName": f"defaultSecurityRules/{rule.name}", "ruleId": ""}
    part = f"securityRules/{rule.name}"
    return {"ruleName": part, "ruleId": f"{rule.group}/{part}"}
