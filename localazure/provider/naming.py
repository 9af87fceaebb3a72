"""Names for resources that the program does not name.

Follows `getDefaultName` in `provider/pkg/provider/provider.go` and, for which kind a type has,
`AutoNamer` in `provider/pkg/resources/resources.go`.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from dataclasses import dataclass
from enum import Enum

from localazure.provider.resource_types import ResourceType

_UUIDS = frozenset({"roleAssignmentName", "roleDefinitionId"})
_RANDOM = frozenset({"endpointName", "customDomainName"})
_SUFFIX = 8
"""Hexadecimal digits of a random name's end."""


class Mode(Enum):
    """Mode of naming that the stack's `pulumi:autonaming` asks for."""

    DEFAULT = 0
    PROPOSE = 1
    ENFORCE = 2
    DISABLE = 3


class Style(Enum):
    """Default naming of a resource type."""

    COPY = "copy"
    RANDOM = "random"
    UUID = "uuid"


@dataclass(frozen=True)
class Request:
    """The engine's request for the name of a resource that has none."""

    logical_name: str
    seed: bytes
    mode: Mode = Mode.DEFAULT
    proposed: str = ""


@dataclass(frozen=True)
class Name:
    text: str
    is_random: bool
    """Whether a replacement can be made while the old resource still bears its name."""


def style(entry: ResourceType) -> Style:
    """UUIDs for roles, a copy under a parent resource, else random, as the name may be global."""
    parameter = entry.path_inputs[-1]
    if parameter in _UUIDS:
        return Style.UUID
    if parameter in _RANDOM:
        return Style.RANDOM
    own = re.split(r"microsoft\.", entry.path, flags=re.IGNORECASE)
    alone = len(own) == 1 or own[-1].count("{") == 1
    return Style.RANDOM if alone else Style.COPY


def name(entry: ResourceType, request: Request) -> Name | None:
    """The name, or None where the stack has switched naming off."""
    if request.mode is Mode.DISABLE:
        return None
    kind = style(entry)
    proposes = request.mode is Mode.PROPOSE and kind is not Style.UUID
    if request.mode is Mode.ENFORCE or proposes:
        return Name(request.proposed, is_random=True)
    if kind is Style.COPY:
        return Name(request.logical_name, is_random=False)
    digest = hashlib.sha256(request.seed + request.logical_name.encode()).digest()
    if kind is Style.UUID:
        return Name(str(uuid.UUID(bytes=digest[:16])), is_random=True)
    return Name(request.logical_name + digest.hex()[:_SUFFIX], is_random=True)
