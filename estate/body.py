"""Fields that every resource has, read from the body that ARM or Resource Graph gives for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from estate.arm_id import region_name


def common(body: Mapping[str, Any]) -> dict[str, Any]:
    """Id, name, location and tags, as the fields of ``estate.model.Resource``."""
    return {
        "id": body["id"],
        "name": body["name"],
        "location": region_name(body.get("location") or ""),
        "tags": body.get("tags") or {},
    }
