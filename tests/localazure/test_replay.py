"""Recorded traffic against local Azure: status, error code, polling headers and body agree.

What does not agree is listed below with its reason, and every entry has to be met. Equality is of
whole bodies, member by member; values that only a real service knows (etags, GUIDs, times,
endpoints) count by their type.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.localazure.replay import Difference, Replay, modelled, prepared, seeds
from tests.recordings import read_recording, recordings
from tests.servers import LocalAzure


@dataclass(frozen=True, slots=True)
class Deviation:
    """Differences that are meant: in which recordings, of which kind, at which path, and why."""

    recordings: str
    kind: str
    path: str
    reason: str
    request: str = ""

    def covers(self, recording: str, difference: Difference) -> bool:
        where = difference.path
        if difference.kind == "status":
            where = f"{difference.recorded} {difference.answered}"
        return (
            re.fullmatch(self.kind, difference.kind) is not None
            and re.fullmatch(self.recordings, recording) is not None
            and re.fullmatch(self.path, where) is not None
            and re.search(self.request, difference.request) is not None
        )


OLD_API = "they answered by API versions of 2018, whose bodies lack members that later ones have"
OLD = r"(CanWatchNetwork|ManageNetworkWatcherTest)\.json"
MACHINES = "virtual machines are not modelled, and so is not what they add to their interfaces"
GATEWAYS = "peerings and gateways are not modelled, and so is not what they add to networks"

DEVIATIONS = [
    Deviation(
        "test_nw_flow_log_delete.*|.*test_network_watcher_flow_log.*",
        "value",
        r"properties\.format\.(type|version)",
        "recorded on a group, replayed on a network, since no flow log on a group can be made any"
        " more; a network's default format is another one",
    ),
    Deviation(
        "TestSetVnetFlowLogWithManagedIdentityFromNoMIInput.*",
        "(value|missing)",
        r"properties\.(provisioningState|connectionAnalyzers|runningOperationIds\[\])",
        "the recorded watcher had ended Failed before, with a connection analyzer of its own",
        "/networkWatchers/[^/]+$",
    ),
    Deviation(
        ".*",
        "status",
        "(200|202) 501",
        "diagnostics of watchers are not modelled",
        r"^POST .*/networkWatchers/[^/]+/(?!configureFlowLog|queryFlowLogStatus)\w+$",
    ),
    Deviation(
        f"{OLD}|testNetworkWatcherFunctions.json",
        "status",
        "200 400",
        "it made a flow log on a group, which Azure refuses by now (NsgFlowLogCreationBlocked)",
        "^POST .*/configureFlowLog$",
    ),
    Deviation(OLD, "extra", r"properties\.storageId", OLD_API, "/queryFlowLogStatus$"),
    Deviation(
        OLD,
        "missing",
        r"flowAnalyticsConfiguration\.networkWatcherFlowAnalyticsConfiguration",
        "an id of a workspace without any names, which API 2019-06-01 no longer shows",
        "/queryFlowLogStatus$",
    ),
    Deviation(
        "CanCRUDActionGroups.json",
        "missing",
        r"value\[\]\.(identity|kind|tags)",
        "members that are null in an estate are as good as left out",
        "/actionGroups$",
    ),
    Deviation(
        "CanCRUDActionGroups.json",
        "missing|extra",
        "(?i:code|message)",
        "spelled small in the other two recordings",
        "/subscribe$",
    ),
    Deviation(
        "canCRUDActionGroups.json",
        "status",
        "409 501",
        "its format does not keep which receiver was asked for",
        "^POST .*/actionGroups/[^/]+/subscribe$",
    ),
    Deviation(
        "CanCRUDActionGroups.json",
        "extra",
        r"value\[\]",
        "its calls are in no order; by the clocks of the servers this list came before a creation",
        "^GET .*/actionGroups$",
    ),
    Deviation(
        r".*test_scheduled_query_rules\.yaml",
        "status",
        "(200|201) (204|400|404|501)",
        "rules of API 2018-04-16 had another shape than those from 2021 on",
        "/scheduledQueryRules",
    ),
    Deviation(
        ".*",
        "status",
        "200 501",
        "keys of storage accounts do not change here",
        r"^POST .*/storageAccounts/[^/]+/(regenerateKey|revokeUserDelegationKeys)$",
    ),
    Deviation(
        ".*",
        "status",
        "(200|201) 501",
        "containers come with the estate and are listed",
        r"/blobServices/default/containers/",
    ),
    Deviation(
        r"ResourceGraphSource\..*",
        "value|extra|missing",
        r"count|totalRecords|data\.(columns|rows\[\])\[\](\.privateEndpointConnections)?",
        "its file keeps a few of the rows; the tenant is another, and a column came later",
        "ResourceGraph",
    ),
    Deviation(
        "canCRUDActionGroups.json",
        "status",
        "202 404",
        "deleted twice while the first deletion lasted; here that is done by the second request",
        "^DELETE .*/resourcegroups/",
    ),
    Deviation(
        "CanWatchNetwork.json",
        "status",
        "200 404",
        "its calls are in no order; by the clocks of the servers this one was before the creation",
        "^GET .*/networkInterfaces/",
    ),
    Deviation(
        "can.*|ManageNetworkWatcherTest.json|CanWatchNetwork.json|.*diagnostic_settings.*"
        "|testNetworkWatcherFunctions.json",
        "extra",
        r"(value\[\]\.)?properties\.encryption\.services\.(file|blob)\.keyType",
        "added by a later API version of storage than these",
    ),
    Deviation(
        ".*diagnostic_settings.*|ManageNetworkWatcherTest.json|CanWatchNetwork.json",
        "extra",
        r"properties\.privateEndpointConnections",
        "added by a later API version of storage than these",
    ),
    Deviation(
        "can(Create|Update)ManagementPolic(ies|y).json",
        "extra",
        r"properties\.primaryEndpoints\.(file|queue|web)",
        "a kind of account (BlobStorage) that is not told apart here",
    ),
    Deviation(
        ".*",
        "missing",
        r"properties\.dnsSettings\.internalDomainNameSuffix",
        "a name that Azure's DNS gives out",
    ),
    Deviation(
        "testNetwork.*|NSG.CreateUpdate.json|ManageNetworkWatcherTest.json|CanWatchNetwork.json",
        "extra",
        r"properties\.nicType",
        "added by API 2020-08-01",
    ),
    Deviation(
        ".*diagnostic_settings.*",
        "missing",
        r"properties\.sku\.maxCapacityReservationLevel",
        "dropped by later API versions of workspaces than 2015-11-01-preview",
    ),
    Deviation(
        ".*base.test_network.*",
        "missing",
        r"properties\.(subnets\[\]\.properties\.)?networkSecurityGroup",
        "the recorded subscription had a policy that put a group on every subnet",
    ),
    Deviation(
        ".*base.test_network.*",
        "missing",
        r"properties\.(virtualNetworkPeerings\[\]|subnets\[\]\.properties\.ipConfigurations)",
        GATEWAYS,
    ),
    Deviation(
        f"{OLD}|testNetworkWatcherFunctions.json",
        "missing",
        r"properties\.(primary|virtualMachine|macAddress)",
        MACHINES,
    ),
    Deviation(
        OLD,
        "extra",
        r"properties\.(defaultSecurityRules|securityRules|subnets|ipConfigurations)\[\]\.type|type"
        r"|properties\.(tapConfigurations|hostedWorkloads)"
        r"|properties\.subnets\[\]\.properties\.(delegations|private\w+Policies)",
        OLD_API,
    ),
    Deviation(
        OLD,
        "missing",
        r"properties\.(virtualNetworkTapProvisioningState|trustedDirectories)"
        r"|properties\.ipConfigurations\[\]\.properties\.isInUseWithService",
        "members of API versions of 2018 that later ones dropped",
    ),
    Deviation(
        OLD,
        "value",
        r"properties\.supportsHttpsTrafficOnly",
        "the default has been true since API 2019-04-01",
    ),
]

LEAST = 300
"""Requests that are replayed, at least: a test that replays nothing proves nothing."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What all recordings came to."""

    differences: list[tuple[str, Difference]]
    requests: list[tuple[str, str]]


@pytest.fixture(scope="module")
def outcome(
    shared_data: Path,
    local_azure: Callable[..., LocalAzure],
    tmp_path_factory: pytest.TempPathFactory,
) -> Outcome:
    """Every recording that has a request on a modelled type, each on a server of its own."""
    estate = tmp_path_factory.mktemp("replay") / "estate.json"
    differences, requests = [], []
    for path in recordings(shared_data):
        exchanges = prepared(read_recording(path))
        if not any(modelled(each) for each in exchanges):
            continue
        estate.write_text(json.dumps(seeds(exchanges)))
        azure = local_azure(estate)
        differences += [(path.name, each) for each in Replay(azure, exchanges).differences()]
        requests += [(each["method"], each["path"]) for each in azure.requests()]
        azure.stop()
    return Outcome(differences, requests)


def test_recorded_answers_are_the_answers_here(outcome: Outcome) -> None:
    unexpected = [
        f"{recording}: {difference}"
        for recording, difference in outcome.differences
        if not any(each.covers(recording, difference) for each in DEVIATIONS)
    ]

    assert unexpected == []


@pytest.mark.parametrize("deviation", DEVIATIONS, ids=lambda each: f"{each.kind}-{each.path}")
def test_no_deviation_is_listed_in_vain(outcome: Outcome, deviation: Deviation) -> None:
    assert any(deviation.covers(*each) for each in outcome.differences)


def test_enough_was_replayed(outcome: Outcome) -> None:
    assert len(outcome.requests) >= LEAST


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", r"/networkWatchers/[^/]+/flowLogs/[^/]+$"),
        ("DELETE", r"/networkWatchers/[^/]+/flowLogs/[^/]+$"),
        ("GET", r"/networkWatchers/[^/]+/flowLogs/[^/]+$"),
        ("PUT", r"/networkWatchers/[^/]+$"),
        ("PATCH", r"/networkWatchers/[^/]+$"),
        ("GET", r"/networkWatchers$"),
        ("PUT", r"/networkSecurityGroups/[^/]+$"),
        ("PUT", r"/networkSecurityGroups/[^/]+/securityRules/[^/]+$"),
        ("PUT", r"/virtualNetworks/[^/]+$"),
        ("PUT", r"/virtualNetworks/[^/]+/subnets/[^/]+$"),
        ("PUT", r"/networkInterfaces/[^/]+$"),
        ("PUT", r"/storageAccounts/[^/]+$"),
        ("PUT", r"/workspaces/[^/]+$"),
        ("DELETE", r"/resourcegroups/[^/]+$"),
        ("GET", r"/operations/[^/]+$"),
        ("GET", r"/operationResults/[^/]+$"),
        ("GET", r"/asyncoperations/[^/]+$"),
        ("POST", r"Microsoft\.ResourceGraph/resources$"),
    ],
)
def test_every_kind_of_request_was_replayed(outcome: Outcome, method: str, path: str) -> None:
    found = [each for each in outcome.requests if each[0] == method and re.search(path, each[1])]

    assert found
