"""Regions that lack something, as far as Microsoft's pages say; both lists can be overridden.

Source: Network Watcher, includes/network-watcher-traffic-analytics-availability, which gives
examples, read in 2026; ``regionsWithoutTrafficAnalytics`` and ``regionsWithoutWorkspaces`` replace
the lists when Azure has moved on.
"""

from __future__ import annotations

WITHOUT_TRAFFIC_ANALYTICS = frozenset(
    {
        "australiacentral2",
        "chinaeast",
        "francesouth",
        "norwaywest",
        "southafricawest",
        "taiwannorthwest",
        "westindia",
    }
)
WITHOUT_WORKSPACES = frozenset({"mexicocentral", "spaincentral", "taiwannorth"})
