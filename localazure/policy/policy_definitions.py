"""Definitions that assignments point to: of policies, of sets of them, and of roles.

An estate may hold whole definitions, which can then be read. Of the built-in ones that the
guardrail assigns, `built_in_policies.json` has what an assignment is checked against (parameters,
effect, roles; Azure/azure-policy f4a50bac); of the built-in roles there are the ids. They can be
assigned and not read: their text is not here.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from localazure.errors.base import NotModelled
from localazure.errors.governance import PolicyDefinitionNotFound
from localazure.server.api_versions import POLICY, Versions
from localazure.server.request import Request
from localazure.server.response import Response
from localazure.state.arm_id import key
from localazure.state.store import Resource, Store
from localazure.types.base import ResourceType

_FACTS = Path(__file__).with_name("built_in_policies.json")
_PARAMETER = re.compile(r"\[parameters\('(\w+)'\)\]")
ROLES = frozenset(
    {
        "b24988ac-6180-42a0-ab88-20f7382dd24c",  # Contributor
        "4d97b98b-1d4f-4787-a291-c67834d212e7",  # Network Contributor
        "acdd72a7-3385-48ef-bd42-f606fba81ae7",  # Reader
        "ba92f5b4-2d11-453d-a403-e96b0029c9fe",  # Storage Blob Data Contributor
    }
)
"""Built-in roles that exist (Microsoft: "Azure built-in roles")."""


class Definitions(ResourceType):
    """Definitions of one type, to be read by id where the estate holds them whole."""

    versions: ClassVar[Versions] = POLICY

    def __init__(self, name: str) -> None:
        self.type = f"Microsoft.Authorization/{name}"

    def list(self, request: Request) -> Response:
        raise NotModelled(f"lists of {self.type}")

    def existing(self, request: Request) -> Resource:
        resource = request.azure.store.find(request.id)
        if resource is None:
            raise NotModelled(f"the text of {request.id}, which is not in the estate")
        return resource

    def complete(self, resource: Resource) -> None:
        resource.setdefault("type", self.type)


def definition(store: Store, id_: str) -> Resource:
    """A policy or set of policies, by its id; raises PolicyDefinitionNotFound."""
    resource = store.find(id_) or _built_in().get(key(id_))
    if resource is None:
        raise PolicyDefinitionNotFound(id_)
    return resource


def members(store: Store, policy: Resource) -> dict[str, Resource]:
    """The policies of a set by their reference ids; of a single policy nothing."""
    listed = policy["properties"].get("policyDefinitions", [])
    return {
        each["policyDefinitionReferenceId"]: definition(store, each["policyDefinitionId"])
        for each in listed
    }


def effect(policy: Resource, values: dict[str, Any]) -> str:
    """The effect of a single policy under these parameter values."""
    properties = policy["properties"]
    text = str(properties["policyRule"]["then"]["effect"])
    match = _PARAMETER.fullmatch(text)
    if match is None:
        return text
    default = properties["parameters"][match[1]].get("defaultValue", "")
    return str(values.get(match[1], {}).get("value", default))


@cache
def _built_in() -> dict[str, Resource]:
    entries: list[Resource] = json.loads(_FACTS.read_text(encoding="utf-8"))
    return {key(entry["id"]): entry for entry in entries}
