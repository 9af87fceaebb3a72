"""One request to local Azure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localazure.errors.base import ArmError
from localazure.errors.gateway import InvalidRequestContent
from localazure.state.arm_id import ArmId

if TYPE_CHECKING:
    from localazure.state.azure import Azure


@dataclass(frozen=True, slots=True)
class Request:
    """One request, past log-in and before rights."""

    method: str
    id: ArmId
    query: Mapping[str, str]
    body: Any
    base: str
    """Address of this server as the client sees it, without a slash at the end."""
    azure: Azure
    words: Mapping[str, str] = field(default_factory=dict)
    """What the placeholders of the route stand for."""
    late_failure: ArmError | None = None
    """What the operation that this write starts ends with, if a fault says so."""
    headers: dict[str, str] = field(default_factory=dict)
    """What the answer carries beside its own headers."""

    @property
    def api_version(self) -> str:
        return self.query["api-version"]

    def content(self) -> dict[str, Any]:
        """The body, which has to be a JSON object: raises InvalidRequestContent."""
        if not isinstance(self.body, dict):
            raise InvalidRequestContent("a JSON object is expected")
        return self.body
