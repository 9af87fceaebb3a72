"""Regions that lack something, as far as Microsoft's pages say; both lists can be overridden.

Source: Network Watcher, includes/network-watcher-flow-logs-availability, 02/10/2026;
``regionsWithoutTrafficAnalytics`` and ``regionsWithoutWorkspaces`` replace the lists when Azure has
moved on.
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
        "usdodcentral",
        "usdodeast",
        "usgoviowa",
        "ussecwestcentral",
        "westindia",
    }
)
WITHOUT_WORKSPACES = frozenset(
    {
        "austriaeast",
        "belgiumcentral",
        "chinaeast",
        "chinaeast3",
        "chinanorth3",
        "denmarkeast",
        "francesouth",
        "israelnorthwest",
        "mexicocentral",
        "spaincentral",
        "taiwannorth",
        "taiwannorthwest",
        "usdodcentral",
        "usdodeast",
        "usgoviowa",
        "ussecwestcentral",
        "westindia",
    }
)
