"""Subnets and security rules, which live in their network or group."""

from __future__ import annotations

from typing import ClassVar

from localazure.network.parts import Parts
from localazure.network.security_rules import GROUPS, build_rule, check_rules
from localazure.network.virtual_networks import build_subnet, check_subnet, check_unused
from localazure.server.request import Request
from localazure.state.arm_id import key
from localazure.state.store import Resource
from localazure.state.subresources import SUBNETS


class Subnets(Parts):
    """Microsoft.Network/virtualNetworks/subnets."""

    type = SUBNETS
    collection: ClassVar[str] = "subnets"

    def check(self, request: Request, holder: Resource) -> None:
        check_subnet(request.content().get("properties") or {})

    def build(self, request: Request, holder: Resource) -> Resource:
        return build_subnet(request, holder, holder, request.id.name, request.content(), "Updating")

    def check_removable(self, part: Resource) -> None:
        check_unused(part)


class SecurityRules(Parts):
    """Microsoft.Network/networkSecurityGroups/securityRules."""

    type = f"{GROUPS}/securityRules"
    collection: ClassVar[str] = "securityRules"

    def check(self, request: Request, holder: Resource) -> None:
        asked = {"name": request.id.name, "properties": request.content().get("properties")}
        present = holder["properties"]["securityRules"]
        others = [each for each in present if key(each["name"]) != key(request.id.name)]
        check_rules(request, holder, [asked], others)

    def build(self, request: Request, holder: Resource) -> Resource:
        properties = request.content().get("properties") or {}
        return build_rule(holder, request.id.name, properties, "Updating")
