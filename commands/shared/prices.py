"""Prices of a recorded GB: list prices in US dollars, East US, in one place.

Meters "Standard Network Logs Collected", "Standard Traffic Analytics Processing" and "… at
10-Minute Interval" (infracost, golden files of azurerm_network_watcher_flow_log); ingestion and
the reduction to a tenth from the Traffic Analytics FAQ. Prices differ by region and contract.
"""

from __future__ import annotations

from collections.abc import Mapping

COLLECTION = 0.50  # a GB recorded, after FREE_GB
FREE_GB = 5  # a month, each subscription
PROCESSING: Mapping[int, float] = {60: 2.30, 10: 3.50}  # a GB recorded, by interval in minutes
INGESTION = 2.76  # a GB that reaches the workspace
AMOUNTS = (1, 10, 100)  # GB a month that prices are told for
FREE_DAYS = 31  # that the workspace keeps rows at no charge; 90 where Microsoft Sentinel is on it
REDUCTION = 10  # GB recorded for one GB in the workspace


def dollars_per_gb(interval: int | None) -> float:
    """US dollars for a GB recorded; ``interval`` in minutes, None without Traffic Analytics.

    Leaves out the free GB, the storage of blobs and what the workspace keeps beyond its free days.
    """
    if interval is None:
        return COLLECTION
    return COLLECTION + PROCESSING[interval] + INGESTION / REDUCTION
