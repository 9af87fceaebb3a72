"""What the component asks Azure for where it writes flow logs."""

from __future__ import annotations

from typing import Any

import pytest

from plan.resource_types import FLOW_LOG_TYPE
from tests.components.recording import OLD_WORKSPACE, recorded, small_plan

pytestmark = pytest.mark.slow


def test_each_flow_log_names_its_workspace_as_far_as_it_is_known() -> None:
    own, found = small_plan().foundation.workspace, {}
    for inputs in recorded()[FLOW_LOG_TYPE]:
        analytics: dict[str, Any] = inputs["flowAnalyticsConfiguration"][
            "networkWatcherFlowAnalyticsConfiguration"
        ]
        found[inputs["targetResourceId"].rsplit("/", 1)[-1]] = analytics
    assert found["vnet"]["workspaceRegion"] == own.location
    assert found["vnet"]["workspaceResourceId"]
    assert found["vnet-old"] == {
        "enabled": True,
        "trafficAnalyticsInterval": 60,
        "workspaceId": OLD_WORKSPACE,
    }
