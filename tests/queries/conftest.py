"""Workspaces with either table of Traffic Analytics, filled with the same flows."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from tests.queries.traffic import Flow, nsg_rows, vnet_rows
from tests.queries.workspace import Workspace

Recording = Callable[[Iterable[Flow]], Workspace]


def vnet(flows: Iterable[Flow]) -> Workspace:
    """A workspace that virtual network flow logs feed."""
    return Workspace({"NTANetAnalytics": vnet_rows(flows)})


def nsg(flows: Iterable[Flow]) -> Workspace:
    """A workspace that NSG flow logs feed."""
    return Workspace({"AzureNetworkAnalytics_CL": nsg_rows(flows)})


@pytest.fixture(params=[vnet, nsg], ids=["NTANetAnalytics", "AzureNetworkAnalytics_CL"])
def recorded(request: pytest.FixtureRequest) -> Recording:
    """Writes flows to a workspace that has one of the two tables."""
    recording: Recording = request.param
    return recording
