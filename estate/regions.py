"""Regions that a subscription has, by their programmatic names (REST page "Subscriptions - List
Locations").
"""

from __future__ import annotations

from estate.arm_id import region_name
from estate.cloud import Cloud
from estate.discover import told_or
from estate.response_shape import Needed, Shape

_VERSION = "2022-12-01"
_LOCATION: Shape = {"name": Needed(str)}


def read(cloud: Cloud, subscription: str) -> frozenset[str]:
    """The regions. Raises AzureError."""
    listed = cloud.list(f"/subscriptions/{subscription}/locations", _VERSION, _LOCATION)
    return frozenset(region_name(location["name"]) for location in listed)


def read_if_allowed(cloud: Cloud, subscription: str) -> frozenset[str]:
    """The same; none where Azure refuses to say it. Raises EstateError where it fails."""
    return told_or(frozenset(), lambda: read(cloud, subscription))
