"""The answer to a request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

JSON = "application/json; charset=utf-8"


TEXT = "text/plain; charset=utf-8"


@dataclass(slots=True)
class Response:
    """Status, body (none is an empty body) and headers beside the content type."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = JSON
